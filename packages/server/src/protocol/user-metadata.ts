// User metadata is Unicode, headers are not. S3 reads the raw bytes of a header as UTF-8, decodes
// the encoded words of RFC 2047, and answers what is not printable ASCII as an encoded word.

/** Reads the value of an `x-amz-meta-*` header, whose characters are bytes. */
export function decodeMetadata(value: string): string {
  const text = isPrintable(value) ? value : decodeUtf8(value);
  return text.includes('=?') ? decodeWords(text) : text;
}

/** Writes the value of an `x-amz-meta-*` header in printable ASCII. */
export function encodeMetadata(value: string): string {
  if (isPrintable(value)) return value;
  let characters = 0;
  let printable = 0;
  for (const character of value) {
    characters += 1;
    if (isPrintable(character)) printable += 1;
  }
  // "Q" stays legible where most of the text is ASCII: the same choice as AWS's.
  return printable * 2 > characters
    ? `=?UTF-8?Q?${encodeQ(value)}?=`
    : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

function isPrintable(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code > 0x7e) return false;
  }
  return true;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(latin1: string): string {
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    // Not UTF-8: then the client meant latin1, and so it stays.
    return latin1;
  }
}

const encodedWord = /=\?(utf-8|us-ascii|iso-8859-1)\?([bq])\?([^?\s]*)\?=/gi;

function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=[ \t]+=\?/g, '?==?')
    .replaceAll(encodedWord, (_, charset: string, encoding: string, word: string) => {
      const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : decodeQ(word);
      return bytes.toString(charset.toLowerCase() === 'iso-8859-1' ? 'latin1' : 'utf8');
    });
}

function decodeQ(word: string): Buffer {
  const bytes = word
    .replaceAll('_', ' ')
    .replaceAll(/=([\dA-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1');
}

function encodeQ(value: string): string {
  let word = '';
  for (const byte of Buffer.from(value)) {
    const special = byte === 0x3d || byte === 0x3f || byte === 0x5f;
    if (byte === 0x20) word += '_';
    else if (byte > 0x20 && byte < 0x7f && !special) word += String.fromCharCode(byte);
    else word += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return word;
}
