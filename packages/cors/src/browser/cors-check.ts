import { combined } from './header-list.ts';
import type { HeaderList } from './request.ts';
import { parseUrl } from './url.ts';

/** Why an answer may not be read; Chromium's names. */
export type CorsCheckFailure =
  | 'WildcardOriginNotAllowed'
  | 'MissingAllowOriginHeader'
  | 'MultipleAllowOriginValues'
  | 'InvalidAllowOriginValue'
  | 'AllowOriginMismatch'
  | 'InvalidAllowCredentials';

/** `value`: what stood in the header that did not fit. */
export type CorsCheck =
  | { readonly passed: true }
  | { readonly passed: false; readonly failure: CorsCheckFailure; readonly value: string };

/**
 * Whether a response may be read by `origin`.
 * https://fetch.spec.whatwg.org/#concept-cors-check
 *
 * @param origin - As it stands in the request's `Origin` header.
 * @param include - The credentials mode is `include`.
 *
 * @example
 * corsCheck([['Access-Control-Allow-Origin', '*']], 'https://a.test', false) // passed
 * @example
 * corsCheck([['Access-Control-Allow-Origin', '*']], 'https://a.test', true)
 * // WildcardOriginNotAllowed
 */
export function corsCheck(headers: HeaderList, origin: string, include: boolean): CorsCheck {
  const allowed = combined(headers, 'access-control-allow-origin');
  if (allowed === '*') {
    return include ? fail('WildcardOriginNotAllowed', allowed) : { passed: true };
  }
  if (allowed === undefined) return fail('MissingAllowOriginHeader', '');
  if (allowed !== origin) return fail(mismatchOf(allowed), allowed);
  if (!include) return { passed: true };
  const credentials = combined(headers, 'access-control-allow-credentials');
  if (credentials === 'true') return { passed: true };
  return fail('InvalidAllowCredentials', credentials ?? '');
}

/** The standard knows one mismatch; Chromium tells three apart for the console. */
function mismatchOf(value: string): CorsCheckFailure {
  if (/[ ,]/.test(value)) return 'MultipleAllowOriginValues';
  if (value !== 'null' && parseUrl(value) === undefined) return 'InvalidAllowOriginValue';
  return 'AllowOriginMismatch';
}

function fail(failure: CorsCheckFailure, value: string): CorsCheck {
  return { passed: false, failure, value };
}
