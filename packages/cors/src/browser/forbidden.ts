import { trim } from './header-list.ts';
import { isForbiddenMethod } from './method.ts';

const forbiddenNames: ReadonlySet<string> = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

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
  const lower = name.toLowerCase();
  if (forbiddenNames.has(lower) || lower.startsWith('proxy-') || lower.startsWith('sec-')) {
    return true;
  }
  return overrides.has(lower) && value.split(',').map(trim).some(isForbiddenMethod);
}

/** https://fetch.spec.whatwg.org/#forbidden-response-header-name */
export function isForbiddenResponseHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'set-cookie' || lower === 'set-cookie2';
}
