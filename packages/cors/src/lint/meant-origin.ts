import { canonicalIpv6 } from '../ip.ts';
import { parseOriginPattern } from '../origin-pattern.ts';

const defaultPorts = { http: ':80', https: ':443' } as const;

/**
 * The origin that was meant by a text that no browser sends: without path, user name, capitals and
 * default port, and with `https://` where there is no scheme.
 *
 * @returns `undefined` when nothing can be guessed, or the text is an origin as it is.
 *
 * @example
 * meantOrigin('HTTPS://App.example.com:443/') // 'https://app.example.com'
 *
 * @example
 * meantOrigin('https://exämple.com') // undefined: its Punycode takes tables that are not here
 */
export function meantOrigin(text: string): string | undefined {
  // What is longer than a URL with an origin in it was not written as an origin.
  if (text.length > 2048) return undefined;
  const trimmed = text.trim().toLowerCase();
  const [before, after] = splitAt(trimmed, '://');
  const scheme = after === undefined ? 'https' : before;
  const authority = cut(after ?? trimmed, ['/', '?', '#', '\\']);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const port = scheme === 'http' || scheme === 'https' ? defaultPorts[scheme] : undefined;
  const short = port !== undefined && host.endsWith(port) ? host.slice(0, -port.length) : host;
  const origin = `${scheme}://${withCanonicalIpv6(short)}`;
  return origin !== text && parseOriginPattern(origin).ok ? origin : undefined;
}

function withCanonicalIpv6(host: string): string {
  const end = host.indexOf(']');
  if (!host.startsWith('[') || end === -1) return host;
  const address = canonicalIpv6(host.slice(1, end));
  return address === undefined ? host : `[${address}${host.slice(end)}`;
}

function splitAt(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator);
  if (index === -1) return [text];
  return [text.slice(0, index), text.slice(index + separator.length)];
}

function cut(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((index) => index !== -1);
  return text.slice(0, Math.min(text.length, ...ends));
}
