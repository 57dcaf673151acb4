import { isOws, isTokenCode } from './tokens.ts';

/**
 * The most that is read of `Access-Control-Request-Headers`. A browser's own list is far shorter:
 * S3 accepts 8 KB of headers in all, and the SDKs ask for some twenty names beside the metadata.
 *
 * @example
 * parseRequestHeaders('x,'.repeat(128)).kind // 'names'
 *
 * @example
 * // Not so: one name more, or a character more.
 * parseRequestHeaders('x,'.repeat(129)).kind // 'too-many'
 * parseRequestHeaders(' '.repeat(8193)).kind // 'too-long'
 */
export const requestHeaderLimits = { charsMax: 8192, namesMax: 128 } as const;

/** What `Access-Control-Request-Headers` asks for, or why it is not answered. */
export type RequestedHeaders =
  | {
      readonly kind: 'names';
      /** Lower-case, in the order of the request, repetitions kept. */
      readonly names: readonly string[];
    }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'too-many' }
  | {
      readonly kind: 'not-a-token';
      /** The element that is no header name, at most 64 characters of it. */
      readonly element: string;
    };

const comma = 0x2c;
const none: RequestedHeaders = { kind: 'names', names: [] };

/**
 * Reads `Access-Control-Request-Headers` in one pass. Tolerant of what proxies do to it: optional
 * whitespace, empty elements, several lines, any order and any case. Its work is bounded by
 * `requestHeaderLimits`, whatever comes in: the value that is too long is not looked at.
 *
 * @param value - The field's value, or its values when it came in several lines.
 *
 * @example
 * parseRequestHeaders('X-Test , content-type') // { kind: 'names', names: ['x-test', 'content-type'] }
 *
 * @example
 * // Not so: no browser sends names that are no tokens.
 * parseRequestHeaders('x test') // { kind: 'not-a-token', element: 'x test' }
 */
export function parseRequestHeaders(
  value: string | readonly string[] | undefined,
): RequestedHeaders {
  if (value === undefined || value === '') return none;
  const names: string[] = [];
  if (typeof value === 'string') {
    if (value.length > requestHeaderLimits.charsMax) return { kind: 'too-long' };
    return readLine(value, names) ?? { kind: 'names', names };
  }
  let chars = 0;
  for (const line of value) {
    // An empty line costs as well: the list itself must not be endless.
    chars += line.length + 1;
    if (chars > requestHeaderLimits.charsMax) return { kind: 'too-long' };
  }
  for (const line of value) {
    const failure = readLine(line, names);
    if (failure !== undefined) return failure;
  }
  return { kind: 'names', names };
}

function readLine(line: string, names: string[]): RequestedHeaders | undefined {
  const end = line.length;
  let index = 0;
  while (index < end) {
    const code = line.charCodeAt(index);
    if (code === comma || isOws(code)) {
      index += 1;
      continue;
    }
    const start = index;
    let capitals = false;
    for (; index < end; index += 1) {
      const letter = line.charCodeAt(index);
      if (!isTokenCode(letter)) break;
      if (letter >= 0x41 && letter <= 0x5a) capitals = true;
    }
    const stop = index;
    while (index < end && isOws(line.charCodeAt(index))) index += 1;
    if (stop === start || (index < end && line.charCodeAt(index) !== comma)) {
      return { kind: 'not-a-token', element: elementAt(line, start) };
    }
    if (names.length === requestHeaderLimits.namesMax) return { kind: 'too-many' };
    // Browsers send lower case, so that the copy is seldom needed.
    const name = line.slice(start, stop);
    names.push(capitals ? name.toLowerCase() : name);
  }
  return undefined;
}

function elementAt(line: string, start: number): string {
  const stop = line.indexOf(',', start);
  return line.slice(start, Math.min(stop === -1 ? line.length : stop, start + 64));
}
