import { combined } from './header-list.ts';
import { isSame, isSchemelesslySameSite, type IsPublicSuffix } from './origins.ts';
import type { HeaderList, PageFacts } from './request.ts';
import type { ParsedUrl } from './url.ts';

/**
 * Whether a page may embed a response that it may not read.
 * https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
 *
 * @param response.withCredentials - The request carried cookies or the like.
 */
export function corpAllows(
  page: PageFacts,
  response: {
    readonly url: ParsedUrl;
    readonly headers: HeaderList;
    readonly withCredentials: boolean;
    readonly forNavigation: boolean;
    readonly unreadablePasses: boolean;
  },
  isPublicSuffix: IsPublicSuffix | undefined,
): boolean {
  const { url, headers, withCredentials, forNavigation, unreadablePasses } = response;
  const embedder = page.embedderPolicy ?? 'unsafe-none';
  if (forNavigation && embedder === 'unsafe-none') return true;
  const stated = combined(headers, 'cross-origin-resource-policy');
  let policy =
    stated === 'same-origin' || stated === 'same-site' || stated === 'cross-origin'
      ? stated
      : undefined;
  if (policy === undefined && unreadablePasses && (stated ?? '') !== '') return true;
  if (policy === undefined && embedder === 'require-corp') policy = 'same-origin';
  if (policy === undefined && embedder === 'credentialless' && (withCredentials || forNavigation)) {
    policy = 'same-origin';
  }
  if (policy === undefined || policy === 'cross-origin') return true;
  if (isSame(page.origin, url)) return true;
  if (policy === 'same-origin') return false;
  return (
    isSchemelesslySameSite(page.origin, url, isPublicSuffix) &&
    (page.origin.startsWith('https:') || url.protocol !== 'https:')
  );
}
