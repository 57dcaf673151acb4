import { cookieHeaderCharsMax, hasCookie } from './cookie.ts';
import type { CsrfFacts } from './decision.ts';

/** Schemes whose credentials browsers remember and send by themselves (RFC 9110 section 11). A
 * `Bearer` is written by a script that had to know it. */
const ambientSchemes = new Set(['basic', 'digest', 'negotiate', 'ntlm']);

/**
 * Whether a request brings something that a browser adds by itself, so that whoever made the browser
 * send it acts as its user.
 *
 * @param sessionCookies - The names that count; undefined for all.
 */
export function hasAmbientCredentials(
  sessionCookies: ReadonlySet<string> | undefined,
  { cookie, authorization, clientCertificate }: CsrfFacts,
): boolean {
  if (clientCertificate === true) return true;
  if (authorization !== undefined) {
    const [scheme = ''] = authorization.slice(0, 20).trimStart().split(' ');
    if (ambientSchemes.has(scheme.toLowerCase())) return true;
  }
  if (cookie === undefined || cookie.trim() === '') return false;
  // What is too long to be read may hold the session.
  if (sessionCookies === undefined || cookie.length > cookieHeaderCharsMax) return true;
  return hasCookie(cookie, sessionCookies);
}
