import { isToken } from '@causeway/cors';

/** The longest `Cookie` header that is read; Node takes 16 KiB for all headers together. */
export const cookieHeaderCharsMax = 16_384;

/** Browsers drop a cookie whose name and value are longer together (RFC 6265bis, section 5.6). */
const cookieCharsMax = 4_096;

/** What a cookie made by `hostCookie` says besides name and value. */
export interface HostCookieOptions {
  /** `Lax` unless told; `Strict` also leaves it away when a link from elsewhere is followed. */
  readonly sameSite?: 'Lax' | 'Strict' | undefined;
  /** How long it lives, in seconds; until the browser ends unless told. 0 removes it. */
  readonly maxAgeSeconds?: number | undefined;
  /** Whether scripts cannot read it; true unless told. */
  readonly httpOnly?: boolean | undefined;
}

/**
 * Writes a `Set-Cookie` value for a cookie that only this very origin's host can set: its name
 * begins with `__Host-`, so that browsers take it only over https, for the whole host and never from
 * a subdomain (RFC 6265bis, section 4.1.3.2).
 *
 * @param name - Without the prefix.
 * @returns The value of one `Set-Cookie` header.
 * @throws RangeError when name, value or age cannot stand in a cookie.
 *
 * @example
 * // Permitted.
 * hostCookie('session', id) // '__Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax'
 *
 * @example
 * // Prohibited: a value that ends the cookie and begins an attribute.
 * hostCookie('session', 'x; Domain=example.com') // throws
 */
export function hostCookie(name: string, value: string, options: HostCookieOptions = {}): string {
  if (!isToken(name) || name.startsWith('__')) {
    throw new RangeError('The name of a cookie is a token, given without its prefix');
  }
  if (!isCookieValue(value)) {
    throw new RangeError('The value of a cookie has no space, quote, comma, semicolon, backslash');
  }
  if (name.length + value.length + 7 > cookieCharsMax) {
    throw new RangeError(`A cookie is at most ${cookieCharsMax} characters long`);
  }
  const { sameSite = 'Lax', maxAgeSeconds, httpOnly = true } = options;
  const parts = [`__Host-${name}=${value}`, 'Path=/', 'Secure'];
  if (httpOnly) parts.push('HttpOnly');
  parts.push(`SameSite=${sameSite}`);
  if (maxAgeSeconds !== undefined) {
    if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
      throw new RangeError('maxAgeSeconds is a whole number of seconds, 0 or more');
    }
    parts.push(`Max-Age=${maxAgeSeconds}`);
  }
  return parts.join('; ');
}

/**
 * Reads a `__Host-` cookie out of a `Cookie` header.
 *
 * @param header - The header as it came, of any length and content.
 * @param name - Without the prefix.
 * @returns Its value; undefined when it is missing, or there twice, which no browser sends.
 *
 * @example
 * // Permitted.
 * readHostCookie(request.headers.cookie, 'session')
 *
 * @example
 * // Prohibited: a cookie without the prefix may have been set by any subdomain.
 * /session=([^;]*)/.exec(request.headers.cookie)
 */
export function readHostCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > cookieHeaderCharsMax) return undefined;
  const start = `__Host-${name}=`;
  const found = header
    .split(';')
    .map((pair) => pair.replace(blanksBefore, ''))
    .filter((pair) => pair.startsWith(start));
  return found.length === 1 ? found[0]?.slice(start.length) : undefined;
}

// Space and tab only. `trim` also takes U+00A0, and a subdomain can set a cookie with the name
// "\u00a0__Host-session": to the browser that has no prefix, so that nothing protects it.
const blanksBefore = /^[ \t]+/;

/** Whether a cookie of one of these names is in a `Cookie` header, which is read as generously as the
 * most generous server would. */
export function hasCookie(header: string, names: ReadonlySet<string>): boolean {
  for (let start = 0, end = 0; end < header.length; start = end + 1) {
    end = header.indexOf(';', start);
    if (end === -1) end = header.length;
    const pair = header.slice(start, end);
    const equals = pair.indexOf('=');
    if (names.has((equals === -1 ? pair : pair.slice(0, equals)).trim())) return true;
  }
  return false;
}

/** RFC 6265 section 4.1.1, cookie-octet. */
function isCookieValue(value: string): boolean {
  return /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value);
}
