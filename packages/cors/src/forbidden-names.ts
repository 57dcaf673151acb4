/** Headers that pages cannot set, by name alone (Fetch Standard, "forbidden request-header"). */
const forbidden: ReadonlySet<string> = new Set([
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

/** Whether no page can set a header of this name, whatever its value.
 *
 * @param name - In any case. */
export function isForbiddenRequestName(name: string): boolean {
  const key = name.toLowerCase();
  return forbidden.has(key) || key.startsWith('proxy-') || key.startsWith('sec-');
}

/**
 * Whether no page can read a header of this name (Fetch Standard, "forbidden response-header
 * name").
 *
 * @param name - In any case.
 *
 * @example
 * isForbiddenResponseHeader('ETag') // false
 *
 * @example
 * // Not so: to expose it is without effect.
 * isForbiddenResponseHeader('Set-Cookie') // true
 */
export function isForbiddenResponseHeader(name: string): boolean {
  const key = name.toLowerCase();
  return key === 'set-cookie' || key === 'set-cookie2';
}
