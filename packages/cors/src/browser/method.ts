const normalized: ReadonlySet<string> = new Set([
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
]);

/**
 * Upper case, but only for six methods: `patch` stays `patch`, and is then compared byte for byte.
 * https://fetch.spec.whatwg.org/#concept-method-normalize
 *
 * @example
 * normalizeMethod('put') // 'PUT'
 * @example
 * normalizeMethod('patch') // 'patch': a server that lists PATCH refuses it
 */
export function normalizeMethod(method: string): string {
  const upper = method.toUpperCase();
  return normalized.has(upper) ? upper : method;
}

/**
 * https://fetch.spec.whatwg.org/#forbidden-method
 *
 * @example
 * isForbiddenMethod('PATCH') // false
 *
 * @example
 * // Not so: `fetch` throws, whatever the server allows.
 * isForbiddenMethod('trace') // true
 */
export function isForbiddenMethod(method: string): boolean {
  const upper = method.toUpperCase();
  return upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK';
}

/**
 * https://fetch.spec.whatwg.org/#cors-safelisted-method
 *
 * @example
 * isSafelistedMethod('POST') // true
 *
 * @example
 * // Not so: this one needs a preflight, and so does every other spelling.
 * isSafelistedMethod('PUT') // false
 * isSafelistedMethod('post') // false
 */
export function isSafelistedMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'POST';
}
