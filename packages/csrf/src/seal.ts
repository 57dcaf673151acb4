import { fromBase64url, toBase64url } from './base64url.ts';
import type { KeyRing } from './key-ring.ts';
import { hmac, isHmac, randomBytes, utf8 } from './web-crypto.ts';

// A sealed text is base64url of: version (1 byte), length of the key's id (1), the id, when it ends
// (8, seconds since 1970), a nonce (16), a signature of these alone (32), and a signature of all that
// and of what it is bound to (32). The second one decides. The first one only tells, when the second
// is wrong, whether the text is ours but somebody else's, so that a log can say so; the second one
// covers it, so that not one bit of a text can be changed.
const version = 1;
const idAt = 2;
const endBytes = 8;
const nonceBytes = 16;
const macBytes = 32;
const afterId = endBytes + nonceBytes;
const rawBytesMax = idAt + 32 + afterId + 2 * macBytes;
const maskMark = 'm.';
const textCharsMax = maskMark.length + Math.ceil((2 * rawBytesMax * 4) / 3);

/** What is sealed: what it is for, and what it is bound to. */
export interface Sealed {
  /** Keeps a token from being a ticket. */
  readonly purpose: string;
  /** Fields in a fixed order; they do not stand in the text. */
  readonly bindings: readonly string[];
}

/** Why a text is no seal for this. */
export type SealProblem =
  | 'missing'
  | 'malformed'
  | 'unknown-key'
  | 'forged'
  | 'not-bound'
  | 'expired';

/** What opening came to. */
export type Opened =
  | { readonly ok: true; readonly id: string; readonly endSeconds: number }
  | { readonly ok: false; readonly problem: SealProblem };

/** Signs; the text says nothing but when it ends and which key signed it. */
export async function seal(ring: KeyRing, sealed: Sealed, endSeconds: number): Promise<string> {
  const { id, key } = ring.signing;
  const head = new Uint8Array(idAt + id.length + afterId);
  head.set([version, id.length]);
  head.set(utf8(id), idAt);
  new DataView(head.buffer).setBigUint64(idAt + id.length, BigInt(endSeconds));
  head.set(randomBytes(nonceBytes), idAt + id.length + endBytes);
  const ours = joined([head, await hmac(key, message(head, { ...sealed, bindings: [] }))]);
  return toBase64url(joined([ours, await hmac(key, message(ours, sealed))]));
}

/**
 * Verifies. Whether it is expired is only asked of a text that is genuine.
 *
 * @param text - Of any length and content.
 */
export async function open(
  ring: KeyRing,
  sealed: Sealed,
  { text, nowSeconds }: { readonly text: string | undefined; readonly nowSeconds: number },
): Promise<Opened> {
  if (text === undefined || text === '') return failed('missing');
  const raw = rawOf(text);
  const idLength = raw?.[1] ?? 0;
  const headLength = idAt + idLength + afterId;
  if (raw === undefined || raw[0] !== version || raw.length !== headLength + 2 * macBytes) {
    return failed('malformed');
  }
  const signer = ring.find(String.fromCharCode(...raw.subarray(idAt, idAt + idLength)));
  if (signer === undefined) return failed('unknown-key');
  const head = raw.subarray(0, headLength);
  const ours = raw.subarray(0, headLength + macBytes);
  const bound = raw.subarray(headLength + macBytes);
  if (!(await isHmac(signer.key, bound, message(ours, sealed)))) {
    const unbound = message(head, { ...sealed, bindings: [] });
    const genuine = await isHmac(signer.key, ours.subarray(headLength), unbound);
    return failed(genuine ? 'not-bound' : 'forged');
  }
  const endSeconds = Number(new DataView(raw.buffer, raw.byteOffset).getBigUint64(idAt + idLength));
  if (nowSeconds >= endSeconds) return failed('expired');
  return { ok: true, id: toBase64url(head.subarray(-nonceBytes)), endSeconds };
}

/**
 * Makes the same text look different every time, so that an answer that is compressed does not tell
 * it byte by byte (BREACH): a random pad, and the text's bytes exclusive-or'd with it.
 */
export function mask(text: string): string {
  const raw = fromBase64url(text);
  if (raw === undefined) throw new RangeError('Only what was sealed here can be masked');
  const pad = randomBytes(raw.length);
  return maskMark + toBase64url(joined([pad, xor(raw, pad)]));
}

function rawOf(text: string): Uint8Array | undefined {
  if (text.length > textCharsMax) return undefined;
  if (!text.startsWith(maskMark)) return fromBase64url(text);
  const both = fromBase64url(text.slice(maskMark.length));
  if (both === undefined || both.length % 2 === 1) return undefined;
  const half = both.length / 2;
  return xor(both.subarray(half), both.subarray(0, half));
}

function xor(bytes: Uint8Array, pad: Uint8Array): Uint8Array {
  const mixed = new Uint8Array(bytes.length);
  for (let at = 0; at < mixed.length; at += 1) mixed[at] = (bytes[at] ?? 0) ^ (pad[at] ?? 0);
  return mixed;
}

/** Every field with its length before it: of `['ab', 'c']` and `['a', 'bc']` come other bytes. */
function message(signed: Uint8Array, { purpose, bindings }: Sealed): Uint8Array {
  const fields = [utf8(purpose), signed, ...bindings.map(utf8)];
  const all = new Uint8Array(fields.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const field of fields) {
    all.set([field.length >> 24, field.length >> 16, field.length >> 8, field.length], at);
    all.set(field, at + 4);
    at += 4 + field.length;
  }
  return all;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function failed(problem: SealProblem): Opened {
  return { ok: false, problem };
}
