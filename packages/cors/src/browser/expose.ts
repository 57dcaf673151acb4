import { isForbiddenResponseHeader } from '../forbidden-names.ts';
import { tokensOf } from './header-list.ts';
import type { HeaderList } from './request.ts';

const safelisted: ReadonlySet<string> = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/**
 * The names that script sees of a response that was read across origins, lower-case and sorted.
 * https://fetch.spec.whatwg.org/#concept-filtered-response-cors
 *
 * @param include - The credentials mode is `include`: then `*` is a name and not everything.
 *
 * @example
 * exposedNames([['ETag', '"1"'], ['Access-Control-Expose-Headers', 'ETag']], false)
 * // ['etag']
 * @example
 * exposedNames([['ETag', '"1"'], ['Access-Control-Expose-Headers', '*']], true) // []
 */
export function exposedNames(headers: HeaderList, include: boolean): readonly string[] {
  const listed = tokensOf(headers, 'access-control-expose-headers');
  const names = new Set(
    Array.isArray(listed) ? listed.map((name: string) => name.toLowerCase()) : [],
  );
  const all = !include && names.has('*');
  return visible(headers, (name) => all || safelisted.has(name) || names.has(name));
}

/** Within one origin everything is seen but cookies.
 * https://fetch.spec.whatwg.org/#concept-filtered-response-basic */
export function basicNames(headers: HeaderList): readonly string[] {
  return visible(headers, () => true);
}

function visible(headers: HeaderList, shows: (name: string) => boolean): readonly string[] {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  return [...names]
    .filter((name) => !isForbiddenResponseHeader(name) && shows(name))
    .toSorted((a, b) => (a < b ? -1 : 1));
}
