/** IP addresses as hosts of an origin, in the form that the URL Standard's host serializer gives. */

/**
 * Whether the URL Standard reads the host as an IPv4 address: its last label is a number. Such a
 * host is either a canonical IPv4 address or no host at all.
 */
export function endsInNumber(host: string): boolean {
  const trimmed = host.endsWith('.') ? host.slice(0, -1) : host;
  const last = trimmed.slice(trimmed.lastIndexOf('.') + 1);
  return last !== '' && (isDigits(last) || (last.startsWith('0x') && isHex(last.slice(2))));
}

/** Whether the host is four decimal numbers up to 255 without leading zeros: `127.0.0.1`. */
export function isCanonicalIpv4(host: string): boolean {
  const parts = host.split('.');
  return (
    parts.length === 4 &&
    parts.every((part) => isDigits(part) && Number(part) <= 255 && String(Number(part)) === part)
  );
}

/**
 * The canonical form of an IPv6 address, without brackets: lower case, no leading zeros, the first
 * longest run of two or more zero pieces compressed (URL Standard, IPv6 serializer).
 *
 * @returns `undefined` when it is no IPv6 address.
 *
 * @example
 * canonicalIpv6('0:0:0:0:0:0:0:1') // '::1'
 */
export function canonicalIpv6(text: string): string | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  const [head, tail] = halves;
  if (head === undefined || halves.length > 2) return undefined;
  const before = piecesOf(head, tail === undefined);
  const after = tail === undefined ? [] : piecesOf(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  // `::` stands for at least one piece.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const pieces = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  return serializePieces(pieces);
}

/** @param last - Whether these are the address's last pieces, which may be written as IPv4. */
function piecesOf(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const pieces: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && isCanonicalIpv4(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      pieces.push(a * 256 + b, c * 256 + d);
    } else if (part.length >= 1 && part.length <= 4 && isHex(part)) {
      pieces.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return pieces;
}

function serializePieces(pieces: readonly number[]): string {
  let start = -1;
  let length = 1;
  for (let index = 0; index < 8; index += 1) {
    let run = 0;
    while (pieces[index + run] === 0) run += 1;
    if (run > length) {
      start = index;
      length = run;
    }
    index += run;
  }
  const hex = pieces.map((piece) => piece.toString(16));
  if (start === -1) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text !== '';
}

function isHex(text: string): boolean {
  for (const char of text) {
    if (!'0123456789abcdefABCDEF'.includes(char)) return false;
  }
  return true;
}
