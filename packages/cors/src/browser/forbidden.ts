import { isForbiddenRequestName } from '../forbidden-names.ts';
import { trim } from './header-list.ts';
import { isForbiddenMethod } from './method.ts';

const overrides: ReadonlySet<string> = new Set([
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
]);

/**
 * Whether a page may not set this header; the browser drops it without a word.
 * https://fetch.spec.whatwg.org/#forbidden-request-header
 *
 * @example
 * isForbiddenRequestHeader('Origin', 'https://a.test') // true
 * @example
 * isForbiddenRequestHeader('Authorization', 'x') // false: it may be set, and needs a preflight
 */
export function isForbiddenRequestHeader(name: string, value: string): boolean {
  if (isForbiddenRequestName(name)) return true;
  return overrides.has(name.toLowerCase()) && value.split(',').map(trim).some(isForbiddenMethod);
}
