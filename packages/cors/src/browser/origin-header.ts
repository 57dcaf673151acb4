import type { FetchRequest } from './fetch-request.ts';
import {
  currentUrl,
  isRedirectTainted,
  isSame,
  isSchemelesslySameSite,
  serializedOrigin,
} from './origins.ts';
import type { EngineProfile } from './profile.ts';
import type { Initiator, ReferrerPolicy } from './request.ts';
import { parseUrl, type ParsedUrl } from './url.ts';

/**
 * The `Origin` header of a request, or undefined when it has none.
 * https://fetch.spec.whatwg.org/#append-a-request-origin-header
 */
export function originHeaderOf(request: FetchRequest, profile: EngineProfile): string | undefined {
  const { tainting, mode, method } = request;
  const origin = serializedOrigin(request);
  if (tainting === 'cors' || mode === 'websocket') return origin;
  const ofElement = mode === 'cors' && elements.has(request.initiator);
  if (profile.elementsSayOrigin && ofElement) return origin;
  const bodyless = method === 'GET' || method === 'HEAD';
  const silent =
    !(profile.keepsOriginHeader && request.becameGet) &&
    !(profile.inactiveStorageSaysOrigin && hasInactiveStorage(request));
  if (bodyless && silent) return undefined;
  if (profile.crossingHidesOrigin && mode === 'no-cors' && hasCrossed(request)) return 'null';
  if (mode !== 'cors' && policyHides(request, profile)) return 'null';
  return profile.beaconsSayAddress ? addressOf(request) : origin;
}

function hasCrossed({ urls }: FetchRequest): boolean {
  return urls.some((url) => url.origin !== urls[0].origin);
}

function addressOf(request: FetchRequest): string {
  const { url = '', origin } = request.facts.page;
  const hidden = request.initiator === 'beacon' && origin === 'null';
  const said = hidden && !isRedirectTainted(request) ? parseUrl(url)?.origin : undefined;
  return said ?? serializedOrigin(request);
}

/**
 * Cookies would go along if the user let this page have those of the site in the address bar.
 * https://cfredric.github.io/storage-access-headers/, `Sec-Fetch-Storage-Access: inactive`
 */
function hasInactiveStorage(request: FetchRequest): boolean {
  const { origin, topLevelSite = origin } = request.facts.page;
  const url = currentUrl(request);
  const top = parseUrl(topLevelSite);
  return (
    top !== undefined &&
    request.credentials === 'include' &&
    isTrustworthy(url) &&
    isSchemelesslySameSite(topLevelSite, url, undefined) &&
    !isSchemelesslySameSite(origin, top, undefined) &&
    !isRedirectTainted(request)
  );
}

/** https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy, of the URLs of HTTP. */
function isTrustworthy({ protocol, hostname }: ParsedUrl): boolean {
  return protocol === 'https:' || loopback.test(hostname);
}

const loopback = /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

const elements: ReadonlySet<Initiator> = new Set(['img', 'script', 'module-script', 'stylesheet']);

function policyHides(request: FetchRequest, profile: EngineProfile): boolean {
  const { page } = request.facts;
  const { referrerPolicy = 'strict-origin-when-cross-origin', origin } = page;
  const url = currentUrl(request);
  if (!profile.referrerPolicyHidesOrigin && request.mode !== 'navigate') return false;
  if (profile.redirectsForgetReferrerPolicy && hasCrossed(request)) return false;
  if (referrerPolicy === 'no-referrer') return true;
  if (referrerPolicy === 'same-origin') return !isSame(origin, url);
  return (
    keptFromDowngrades.has(referrerPolicy) &&
    origin.startsWith('https:') &&
    url.protocol !== 'https:'
  );
}

const keptFromDowngrades: ReadonlySet<ReferrerPolicy> = new Set([
  'no-referrer-when-downgrade',
  'strict-origin',
  'strict-origin-when-cross-origin',
]);
