import { trim } from './header-list.ts';
import { essenceOf } from './mime-type.ts';
import { profiles, type EngineProfile } from './profile.ts';
import type { HeaderList } from './request.ts';

const valueBytesMax = 128;
const totalBytesMax = 1024;

const simpleTypes: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
]);

/**
 * Whether a header with this value may be sent across origins without asking.
 * https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 *
 * @param value - Each character is one byte.
 *
 * @example
 * isSafelistedRequestHeader('Content-Type', 'text/plain;charset=UTF-8') // true
 * @example
 * isSafelistedRequestHeader('Content-Type', 'application/json') // false: it needs a preflight
 */
export function isSafelistedRequestHeader(
  name: string,
  value: string,
  profile: EngineProfile = profiles.spec,
): boolean {
  const lower = name.toLowerCase();
  if (value.length > valueBytesMax) return false;
  if (profile.extraSafelist.get(lower)?.test(value) === true) return true;
  switch (lower) {
    case 'accept':
      return !hasUnsafeByte(value);
    case 'accept-language':
    case 'content-language':
      return /^[0-9A-Za-z *,\-.;=]*$/.test(value);
    case 'content-type': {
      if (hasUnsafeByte(value)) return false;
      const essence = essenceOf(value);
      return essence !== undefined && simpleTypes.has(essence);
    }
    case 'range':
      return isSimpleRange(profile.rangeIsStrict ? value : value.toLowerCase().replace('=+', '='));
    default:
      return false;
  }
}

/**
 * The names for which a preflight must ask: in lower case, once each, in the order of their bytes.
 * https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
 *
 * @example
 * unsafeRequestHeaderNames([['Accept', 'text/html']]) // []
 *
 * @example
 * // Not so: JSON is no type that a form can send, and the preflight asks for it.
 * unsafeRequestHeaderNames([['X-Test', '1'], ['Content-Type', 'application/json']]) // ['content-type', 'x-test']
 */
export function unsafeRequestHeaderNames(
  headers: HeaderList,
  profile: EngineProfile = profiles.spec,
): readonly string[] {
  const unsafe = new Set<string>();
  const potentially = new Set<string>();
  let totalBytes = 0;
  for (const [name, value] of headers) {
    if (isSafelistedRequestHeader(name, trim(value), profile)) {
      potentially.add(name.toLowerCase());
      totalBytes += trim(value).length;
    } else unsafe.add(name.toLowerCase());
  }
  if (profile.totalSafelistLimit && totalBytes > totalBytesMax) {
    for (const name of potentially) unsafe.add(name);
  }
  return [...unsafe].toSorted((a, b) => (a < b ? -1 : 1));
}

/** https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte */
function hasUnsafeByte(value: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u0008\u000A-\u001F"():<>?@[\\\]{}\u007F]/.test(value);
}

/** One range with a first byte, and nothing around it. */
function isSimpleRange(value: string): boolean {
  const match = /^bytes=(\d+)-(\d*)$/.exec(value);
  if (match === null) return false;
  const [, first = '', last = ''] = match;
  return last === '' || Number(first) <= Number(last);
}
