import type { FetchRequest } from './fetch-request.ts';
import { currentUrl, isSame, isSchemelesslySameSite, serializedOrigin } from './origins.ts';
import type { EngineProfile } from './profile.ts';
import type { Initiator, ReferrerPolicy } from './request.ts';

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
  const crossed = request.urls.some((url) => url.origin !== request.urls[0].origin);
  const { page } = request.facts;
  const near = isSchemelesslySameSite(
    page.topLevelSite ?? page.origin,
    currentUrl(request),
    undefined,
  );
  if (profile.opaquePagesSayNull && page.origin === 'null' && near && !crossed) return 'null';
  const bodyless = method === 'GET' || method === 'HEAD';
  if (bodyless && !(profile.keepsOriginHeader && request.becameGet)) return undefined;
  if (profile.crossingHidesOrigin && mode === 'no-cors' && crossed) return 'null';
  return mode !== 'cors' && policyHides(request, profile) ? 'null' : origin;
}

const elements: ReadonlySet<Initiator> = new Set(['img', 'script', 'module-script', 'stylesheet']);

function policyHides(request: FetchRequest, profile: EngineProfile): boolean {
  const { page } = request.facts;
  const { referrerPolicy = 'strict-origin-when-cross-origin', origin } = page;
  const url = currentUrl(request);
  if (!profile.referrerPolicyHidesOrigin && request.mode !== 'navigate') return false;
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
