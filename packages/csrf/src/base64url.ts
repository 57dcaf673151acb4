const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values = new Int8Array(128).fill(-1);
for (let index = 0; index < 64; index += 1) values[alphabet.charCodeAt(index)] = index;

/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const one = bytes[index] ?? 0;
    const two = bytes[index + 1];
    const three = bytes[index + 2];
    text += alphabet.charAt(one >> 2) + alphabet.charAt(((one & 3) << 4) | ((two ?? 0) >> 4));
    if (two !== undefined) text += alphabet.charAt(((two & 15) << 2) | ((three ?? 0) >> 6));
    if (three !== undefined) text += alphabet.charAt(three & 63);
  }
  return text;
}

/** Strict: a text that `toBase64url` does not make is none, so that bytes have one text only. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const value = values[text.charCodeAt(index)] ?? -1;
    if (value === -1) return undefined;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length] = (held >> bits) & 0xff;
      length += 1;
    }
  }
  // Bits that are left over belong to no byte; when they are not zero, another text means the same.
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
