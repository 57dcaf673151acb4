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

/** https://fetch.spec.whatwg.org/#forbidden-method */
export function isForbiddenMethod(method: string): boolean {
  const upper = method.toUpperCase();
  return upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK';
}

/** https://fetch.spec.whatwg.org/#cors-safelisted-method */
export function isSafelistedMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'POST';
}
