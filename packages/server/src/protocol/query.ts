import { S3Error } from './errors.ts';

/** The query of a request, decoded once. */
export interface Query {
  /** Names and values in the order in which they were sent, repetitions included. A name without
   * `=` has the value `''`. */
  readonly entries: readonly (readonly [name: string, value: string])[];
  /** The first value of every name. The first one wins everywhere, so that what was authorised is
   * what is done. */
  readonly values: ReadonlyMap<string, string>;
}

const empty: Query = { entries: [], values: new Map() };

/**
 * Decodes a raw query, without its `?`. `+` is a space, as in AWS and in every form encoder; a
 * literal plus (continuation tokens have them) arrives as `%2B` from all SDKs.
 *
 * @throws S3Error InvalidURI: an escape is incomplete or the bytes are not UTF-8.
 */
export function parseQuery(raw: string): Query {
  if (raw === '') return empty;
  const entries: [string, string][] = [];
  const values = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQuery(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decodeQuery(pair.slice(equals + 1));
    entries.push([name, value]);
    if (!values.has(name)) values.set(name, value);
  }
  return { entries, values };
}

function decodeQuery(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/**
 * Decodes `%XX` and raw bytes (characters above U+007F are bytes: the wire is read as latin1) as
 * UTF-8.
 *
 * @throws S3Error InvalidURI: an escape is incomplete or the bytes are not UTF-8.
 */
export function decodePercent(text: string): string {
  let plain = true;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return decode(escapeBytes(text));
    if (code === 0x25) plain = false;
  }
  return plain ? text : decode(text);
}

function decode(text: string): string {
  try {
    // Refuses truncated escapes, overlong forms and surrogates; keeps NUL, `..` and `//`.
    return decodeURIComponent(text);
  } catch (cause) {
    throw new S3Error('InvalidURI', { cause });
  }
}

function escapeBytes(text: string): string {
  let escaped = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) throw new S3Error('InvalidURI');
    escaped += code > 0x7f ? `%${code.toString(16).toUpperCase()}` : text.charAt(index);
  }
  return escaped;
}
