import { isToken } from '../tokens.ts';
import type { HeaderList } from './request.ts';

/** The values of a header's lines, each without the white space around it.
 * https://fetch.spec.whatwg.org/#concept-header-value-normalize */
export function linesOf(headers: HeaderList, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([one]) => one.toLowerCase() === wanted).map(([, value]) => trim(value));
}

/** All lines of a header joined with a comma and a space, or undefined when there is none.
 * https://fetch.spec.whatwg.org/#concept-header-list-get */
export function combined(headers: HeaderList, name: string): string | undefined {
  const lines = linesOf(headers, name);
  return lines.length === 0 ? undefined : lines.join(', ');
}

/**
 * A header that is a list of tokens (`#method`, `#field-name`): undefined without the header,
 * `failure` when something in it is no token. Empty elements are passed over.
 * https://fetch.spec.whatwg.org/#extract-header-list-values
 */
export function tokensOf(
  headers: HeaderList,
  name: string,
): readonly string[] | 'failure' | undefined {
  const value = combined(headers, name);
  if (value === undefined) return undefined;
  const tokens = value
    .split(',')
    .map(trim)
    .filter((element) => element !== '');
  return tokens.every(isToken) ? tokens : 'failure';
}

/** Without HTTP's white space at both ends: tab, space, line feed, carriage return. */
export function trim(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isWhitespace(value.charCodeAt(start))) start += 1;
  while (end > start && isWhitespace(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
