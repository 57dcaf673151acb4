import type { FetchRequest } from './fetch-request.ts';
import { combined } from './header-list.ts';
import { currentUrl, isSame } from './origins.ts';
import type { EngineProfile } from './profile.ts';
import type { ServerResponse } from './request.ts';
import type { FailureKind } from './trace.ts';
import { includesCredentials, isHttp, parseUrl, withoutFragment, type ParsedUrl } from './url.ts';

/** https://fetch.spec.whatwg.org/#http-redirect-fetch, "redirect count is 20" */
const redirectsMax = 20;

const bodyHeaders: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

const ownSchemes: ReadonlySet<string> = new Set(['about:', 'blob:', 'data:']);

export type Redirected =
  /** There is nowhere to go: the redirect itself is the answer. */
  | { readonly kind: 'answer' }
  | { readonly kind: 'next'; readonly request: FetchRequest }
  | {
      readonly kind: 'failed';
      readonly failure: FailureKind;
      readonly parameter: string;
      /** What would have been next, where the URL can be read. */
      readonly request?: FetchRequest;
    };

/** Where a redirect leads, and with what. https://fetch.spec.whatwg.org/#http-redirect-fetch */
export function followRedirect(
  request: FetchRequest,
  { status, headers }: ServerResponse,
  profile: EngineProfile,
): Redirected {
  const from = currentUrl(request);
  const location = combined(headers, 'location');
  if (location === undefined) return { kind: 'answer' };
  const url = parseUrl(location, withoutFragment(from));
  if (url === undefined) {
    return { kind: 'failed', failure: 'InvalidRedirect', parameter: location };
  }
  const ofElement = request.mode === 'no-cors' && request.initiator !== 'fetch';
  if (isUnknown(url) && ofElement && profile.unknownSchemesAreNotFollowed) {
    return { kind: 'answer' };
  }
  const crossesOrigins = from.origin !== url.origin;
  const becomesGet =
    ((status === 301 || status === 302) && request.method === 'POST') ||
    (status === 303 && request.method !== 'GET' && request.method !== 'HEAD') ||
    (profile.crossOriginDeleteBecomesGet && crossesOrigins && request.method === 'DELETE');
  const taken = new Set([
    ...(becomesGet ? bodyHeaders : []),
    ...(crossesOrigins ? ['authorization'] : []),
  ]);
  const next: FetchRequest = {
    ...request,
    urls: [...request.urls, url],
    headers: request.headers.filter(([name]) => !taken.has(name)),
    taken,
    ...(becomesGet && { method: 'GET', body: 'none' }),
    becameGet: !crossesOrigins && (becomesGet || request.becameGet),
  };
  const failure = refusalOf(request, url, status, profile);
  return failure === undefined
    ? { kind: 'next', request: next }
    : { kind: 'failed', failure, parameter: location, request: next };
}

/** Nobody knows how to fetch it. */
export function isUnknown(url: ParsedUrl): boolean {
  return !isHttp(url) && !ownSchemes.has(url.protocol);
}

function refusalOf(
  request: FetchRequest,
  url: ParsedUrl,
  status: number,
  profile: EngineProfile,
): FailureKind | undefined {
  if (!isHttp(url)) {
    return request.mode === 'cors' && url.protocol !== 'data:'
      ? 'CorsDisabledScheme'
      : 'InvalidRedirect';
  }
  if (request.urls.length > redirectsMax) return 'TooManyRedirects';
  if (includesCredentials(url)) {
    const crosses = !isSame(request.facts.page.origin, url);
    if (request.mode === 'cors' && crosses) return 'RedirectContainsCredentials';
    if (request.tainting === 'cors') return 'RedirectContainsCredentials';
    const { initiator, mode } = request;
    const follows = initiator === 'xhr' || initiator === 'beacon' || mode === 'navigate';
    if (profile.onlyXhrFollowsUserNames && !follows) {
      return 'RedirectContainsCredentials';
    }
  }
  if (status !== 303 && request.body === 'stream') return 'StreamCannotBeSentAgain';
  return undefined;
}
