import type { FetchRequest } from './fetch-request.ts';
import { parseUrl, type ParsedUrl } from './url.ts';

/** The URL that is fetched now. */
export function currentUrl({ urls }: FetchRequest): ParsedUrl {
  return urls.at(-1) ?? urls[0];
}

/** Two opaque origins are never the same. https://html.spec.whatwg.org/#same-origin */
export function isSame(origin: string, { origin: other }: ParsedUrl): boolean {
  return origin !== 'null' && origin === other;
}

/**
 * Whether redirects went through an origin that is neither the page's nor the next one's: then
 * nobody can say any more for whom the request speaks.
 * https://fetch.spec.whatwg.org/#concept-request-tainted-origin
 */
export function isRedirectTainted({ urls, facts }: FetchRequest): boolean {
  return urls.some((url, index) => {
    const before = urls[index - 1];
    if (before === undefined) return false;
    return url.origin !== before.origin && !isSame(facts.page.origin, before);
  });
}

/** https://fetch.spec.whatwg.org/#serializing-a-request-origin */
export function serializedOrigin(request: FetchRequest): string {
  return isRedirectTainted(request) ? 'null' : request.facts.page.origin;
}

/** Says whether a domain is a public suffix (`com`, `github.io`). */
export type IsPublicSuffix = (domain: string) => boolean;

/**
 * Whether two URLs belong to one site, whatever their schemes. Without the Public Suffix List the
 * last two labels count as the site. https://html.spec.whatwg.org/#schemelessly-same-site
 */
export function isSchemelesslySameSite(
  origin: string,
  url: ParsedUrl,
  isPublicSuffix: IsPublicSuffix | undefined,
): boolean {
  const page = parseUrl(origin);
  if (page === undefined) return false;
  if (page.hostname === url.hostname) return true;
  return siteOf(page.hostname, isPublicSuffix) === siteOf(url.hostname, isPublicSuffix);
}

function siteOf(host: string, isPublicSuffix: IsPublicSuffix | undefined): string {
  // Addresses are sites of their own.
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) return host;
  const labels = host.split('.');
  for (let count = 2; count < labels.length; count += 1) {
    const domain = labels.slice(-count).join('.');
    if (isPublicSuffix?.(domain) !== true) return domain;
  }
  return host;
}
