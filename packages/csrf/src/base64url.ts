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
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  for (let index = 0; index < text.length; index += 4) {
    // Beyond the end there are zeros; what is no letter is -1, which no shift makes positive.
    const four =
      (valueAt(text, index) << 18) |
      (valueAt(text, index + 1) << 12) |
      (valueAt(text, index + 2) << 6) |
      valueAt(text, index + 3);
    if (four < 0) return undefined;
    // Bits that belong to no byte: when they are not zero, another text means the same.
    if (index + 4 > text.length && (four & (rest === 2 ? 0xffff : 0xff)) !== 0) return undefined;
    bytes[length] = four >> 16;
    bytes[length + 1] = four >> 8;
    bytes[length + 2] = four;
    length += 3;
  }
  return bytes;
}

function valueAt(text: string, index: number): number {
  return index < text.length ? (values[text.charCodeAt(index)] ?? -1) : 0;
}
