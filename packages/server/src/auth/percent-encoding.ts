const percentSign = 0x25;
const plusSign = 0x2b;
const slash = 0x2f;
const space = 0x20;

const unreserved = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  unreserved[character.charCodeAt(0)] = 1;
}
const unreservedOrSlash = Uint8Array.from(unreserved);
unreservedOrSlash[slash] = 1;

const encodings: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/**
 * The canonical form of a raw request path: decoded once, encoded once (RFC 3986, upper-case
 * hexadecimal digits), slashes kept, and not normalised, because `..` and `//` are parts of keys.
 *
 * @param path as it stood on the wire; each character is one byte
 */
export function canonicalPath(path: string): string {
  return reencode(path, unreservedOrSlash);
}

/**
 * The canonical form of a name or a value of the raw query. A `+` is a space there: S3, like every
 * server that reads queries as forms, takes `?prefix=a+b` for `a b`, so this is what was asked for
 * and what a signature must cover. Signers write a space as `%20` and a plus as `%2B`.
 */
export function canonicalQueryPart(part: string): string {
  return reencode(part, unreserved);
}

/** Encodes text (UTF-8) as a name or a value of a query. */
export function encodeQueryPart(text: string): string {
  return canonicalQueryPart(encodeURIComponent(text));
}

/** The bytes, one a character, that a canonical name or value stands for. */
export function decodeCanonical(part: string): string {
  let at = part.indexOf('%');
  if (at === -1) {
    return part;
  }
  let decoded = '';
  let from = 0;
  for (; at !== -1; at = part.indexOf('%', from)) {
    decoded += part.slice(from, at) + String.fromCharCode(hexadecimal(part, at + 1) ?? 0);
    from = at + 3;
  }
  return decoded + part.slice(from);
}

function reencode(text: string, kept: Uint8Array): string {
  for (let at = 0; at < text.length; at += 1) {
    if (kept[text.charCodeAt(at)] !== 1) {
      return reencodeFrom(text, at, { kept, plusIsSpace: kept === unreserved });
    }
  }
  return text;
}

/** The same from the first character on that is not simply kept. */
function reencodeFrom(
  text: string,
  from: number,
  { kept, plusIsSpace }: { readonly kept: Uint8Array; readonly plusIsSpace: boolean },
): string {
  let encoded = text.slice(0, from);
  for (let at = from; at < text.length; at += 1) {
    let byte = text.charCodeAt(at);
    if (byte === percentSign) {
      const decoded = hexadecimal(text, at + 1);
      if (decoded !== undefined) {
        byte = decoded;
        at += 2;
      }
    } else if (byte === plusSign && plusIsSpace) {
      byte = space;
    } else if (byte > 0xff) {
      // Never so on the wire. Whoever passes real text gets the encoding of its UTF-8.
      const bytes = Buffer.from(text.slice(at), 'utf8').toString('latin1');
      return encoded + reencodeFrom(bytes, 0, { kept, plusIsSpace });
    }
    encoded += kept[byte] === 1 ? String.fromCharCode(byte) : encodings[byte];
  }
  return encoded;
}

function hexadecimal(text: string, at: number): number | undefined {
  const high = hexadecimalDigit(text.charCodeAt(at));
  const low = hexadecimalDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? undefined : high * 16 + low;
}

function hexadecimalDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) {
    return code - 0x30;
  }
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
