import { canonicalIpv6, endsInNumber, isCanonicalIpv4 } from './ip.ts';

/**
 * The longest origin there is: scheme, `://`, host, colon, port. What is longer is not looked at.
 *
 * @example
 * `https://${'a.'.repeat(60)}test`.length <= originCharsMax // true
 *
 * @example
 * // Not so: no host is that long, and nothing longer is looked at.
 * `https://${'a.'.repeat(300)}test`.length <= originCharsMax // false
 */
export const originCharsMax = 64 + 3 + 253 + 1 + 5;

/** An origin (HTML Standard, "origin"): a tuple, or an opaque one, which is sent as `null`. */
export type Origin =
  | { readonly kind: 'opaque' }
  | {
      readonly kind: 'tuple';
      /** Lower-case, without the colon. */
      readonly scheme: string;
      /** As browsers serialize it: lower-case Punycode, IPv4, or IPv6 in brackets. */
      readonly host: string;
      /** Absent for the scheme's default port. */
      readonly port: number | undefined;
    };

/** Why a text is not an origin as a browser writes it. */
export type OriginProblem =
  | 'empty'
  | 'too-long'
  | 'no-scheme'
  | 'opaque-scheme'
  | 'several'
  | 'path'
  | 'userinfo'
  | 'uppercase'
  | 'not-punycode'
  | 'host'
  | 'underscore'
  | 'ipv4'
  | 'ipv6'
  | 'port'
  | 'default-port';

/** What each problem means, as the end of a sentence that begins with the value. */
export const originProblems: Readonly<Record<OriginProblem, string>> = {
  empty: 'is empty',
  'too-long': `is longer than any origin (${originCharsMax} characters)`,
  'no-scheme': 'has no scheme; write https://host or http://host',
  'opaque-scheme': 'has a scheme whose origin is opaque: browsers send null for it',
  several: 'is more than one origin; write each of them as an element of its own',
  path: 'has something after host and port; an origin has no path, no query and no trailing slash',
  userinfo: 'has a user name; an origin has none',
  uppercase: 'has capital letters; browsers send lower case',
  'not-punycode': 'has letters beyond ASCII; write the Punycode form (xn--…), which browsers send',
  host: 'has a host that is no host name',
  underscore: 'has an underscore in its host; set allowUnderscoreInHosts if that is meant',
  ipv4: 'has a host that ends in a number but is no IPv4 address of four decimal parts',
  ipv6: 'has an IPv6 address that is not in its compressed lower-case form',
  port: 'has a port that is no number from 1 to 65535 without leading zeros',
  'default-port': 'has the default port of its scheme, which browsers leave out',
};

/** What parsing an origin came to. */
export type ParsedOrigin =
  | { readonly ok: true; readonly origin: Origin }
  | { readonly ok: false; readonly problem: OriginProblem };

/**
 * Parses an origin as browsers serialize it, and only that: nothing is normalised, because two
 * texts that differ are two origins to the comparison that browsers make (Fetch Standard, "CORS
 * check"). Extension origins such as `chrome-extension://id` are tuples like any other.
 *
 * @param options - `underscore`: also accept `_` in the host, which URL hosts may contain and
 * Fetch's grammar does not.
 *
 * @example
 * parseOrigin('https://app.example.com:8443')
 * // { ok: true, origin: { kind: 'tuple', scheme: 'https', host: 'app.example.com', port: 8443 } }
 *
 * @example
 * // Not so: no browser sends a slash, and to browsers it would be another origin.
 * parseOrigin('https://app.example.com/') // { ok: false, problem: 'path' }
 */
export function parseOrigin(
  text: string,
  options: { readonly underscore?: boolean } = {},
): ParsedOrigin {
  if (text === 'null') return { ok: true, origin: { kind: 'opaque' } };
  if (text === '') return { ok: false, problem: 'empty' };
  if (text.length > originCharsMax) return { ok: false, problem: 'too-long' };
  const character = characterProblem(text);
  if (character !== undefined) return { ok: false, problem: character };
  const schemeEnd = text.indexOf('://');
  const scheme = text.slice(0, Math.max(schemeEnd, 0));
  if (!isScheme(scheme)) return { ok: false, problem: 'no-scheme' };
  if (scheme === 'file' || scheme === 'data') return { ok: false, problem: 'opaque-scheme' };
  const authority = text.slice(schemeEnd + 3);
  if (containsAny(authority, ['/', '?', '#', '\\'])) return { ok: false, problem: 'path' };
  if (authority.includes('@')) return { ok: false, problem: 'userinfo' };
  const hostEnd = portColon(authority);
  const host = hostEnd === -1 ? authority : authority.slice(0, hostEnd);
  const problem = hostProblem(host, options.underscore === true);
  if (problem !== undefined) return { ok: false, problem };
  if (hostEnd === -1) {
    return { ok: true, origin: { kind: 'tuple', scheme, host, port: undefined } };
  }
  const port = parsePort(authority.slice(hostEnd + 1));
  if (port === undefined) return { ok: false, problem: 'port' };
  if (port === defaultPort(scheme)) return { ok: false, problem: 'default-port' };
  return { ok: true, origin: { kind: 'tuple', scheme, host, port } };
}

/**
 * Serializes an origin (HTML Standard, "serialization of an origin").
 *
 * @example
 * serializeOrigin({ kind: 'tuple', scheme: 'http', host: 'localhost', port: 3000 }) // 'http://localhost:3000'
 *
 * @example
 * // Not so: what an opaque origin says is no name of anybody.
 * serializeOrigin({ kind: 'opaque' }) // 'null'
 */
export function serializeOrigin(origin: Origin): string {
  if (origin.kind === 'opaque') return 'null';
  const port = origin.port === undefined ? '' : `:${origin.port}`;
  return `${origin.scheme}://${origin.host}${port}`;
}

/**
 * Whether two origins are the same (HTML Standard, "same origin"). An opaque origin is the same
 * as no other that arrives in a request.
 *
 * @example
 * const origin = { kind: 'tuple', scheme: 'https', host: 'a.test', port: undefined };
 * isSameOrigin(origin, { ...origin }) // true
 *
 * @example
 * // Not so: two pages that both send `null` are strangers to each other.
 * isSameOrigin({ kind: 'opaque' }, { kind: 'opaque' }) // false
 */
export function isSameOrigin(one: Origin, other: Origin): boolean {
  return (
    one.kind === 'tuple' &&
    other.kind === 'tuple' &&
    one.scheme === other.scheme &&
    one.host === other.host &&
    one.port === other.port
  );
}

/** The port that the scheme means when none is written; 0 for a scheme that has none. */
export function defaultPort(scheme: string): number {
  if (scheme === 'https') return 443;
  return scheme === 'http' ? 80 : 0;
}

/** Parses a port: digits without leading zeros, 1 to 65535. */
export function parsePort(text: string): number | undefined {
  if (text.length === 0 || text.length > 5) return undefined;
  let port = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9 || (digit === 0 && port === 0)) return undefined;
    port = port * 10 + digit;
  }
  return port <= 65_535 ? port : undefined;
}

/**
 * Whether the host is this machine itself (Secure Contexts, "potentially trustworthy origin").
 *
 * @example
 * isLoopback('127.0.0.1') // true
 * isLoopback('app.localhost') // true
 *
 * @example
 * // Not so: a name that begins like it belongs to somebody.
 * isLoopback('localhost.evil.test') // false
 */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]') return true;
  return host.startsWith('127.') && isCanonicalIpv4(host);
}

/**
 * Whether every label between `start` and `end` is a label of a host name: 1 to 63 of a-z, 0-9 and
 * hyphen, with no hyphen at an edge.
 *
 * @param underscore - Whether `_` may stand in a label as well.
 */
export function areLabels(text: string, start: number, end: number, underscore = false): boolean {
  let label = start;
  for (let index = start; index <= end; index += 1) {
    const code = index === end ? 0x2e : text.charCodeAt(index);
    if (code === 0x2e) {
      const length = index - label;
      if (length < 1 || length > 63) return false;
      if (text.charCodeAt(label) === 0x2d || text.charCodeAt(index - 1) === 0x2d) return false;
      label = index + 1;
      continue;
    }
    const letter = code >= 0x61 && code <= 0x7a;
    const digit = code >= 0x30 && code <= 0x39;
    if (!letter && !digit && code !== 0x2d && !(underscore && code === 0x5f)) return false;
  }
  return true;
}

function characterProblem(text: string): OriginProblem | undefined {
  let uppercase = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7e) return 'not-punycode';
    if (code <= 0x20 || code === 0x2c) return 'several';
    if (code >= 0x41 && code <= 0x5a) uppercase = true;
  }
  return uppercase ? 'uppercase' : undefined;
}

function isScheme(scheme: string): boolean {
  if (scheme === '' || scheme.length > 64) return false;
  for (let index = 0; index < scheme.length; index += 1) {
    const char = scheme.charAt(index);
    const letter = char >= 'a' && char <= 'z';
    const more = (char >= '0' && char <= '9') || '+-.'.includes(char);
    if (!letter && (index === 0 || !more)) return false;
  }
  return true;
}

function containsAny(text: string, chars: readonly string[]): boolean {
  return chars.some((char) => text.includes(char));
}

/** Where the colon before the port stands; -1 without a port. */
function portColon(authority: string): number {
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']') ? colon : -1;
}

function hostProblem(host: string, underscore: boolean): OriginProblem | undefined {
  if (host.startsWith('[')) {
    const address = host.endsWith(']') ? host.slice(1, -1) : '';
    return canonicalIpv6(address) === address ? undefined : 'ipv6';
  }
  if (host.includes('*')) return 'host';
  if (endsInNumber(host)) return isCanonicalIpv4(host) ? undefined : 'ipv4';
  if (host.length > 253) return 'host';
  // `example.com.` is a host, and another one than `example.com`.
  const end = host.endsWith('.') ? host.length - 1 : host.length;
  if (areLabels(host, 0, end, underscore)) return undefined;
  return areLabels(host, 0, end, true) ? 'underscore' : 'host';
}
