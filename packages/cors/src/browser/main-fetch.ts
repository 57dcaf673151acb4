import { corpAllows } from './corp.ts';
import { corsCheck, type CorsCheck } from './cors-check.ts';
import { blockedForElement } from './element.ts';
import type { FetchRequest } from './fetch-request.ts';
import type { Journal } from './journal.ts';
import { isSafelistedMethod } from './method.ts';
import { originHeaderOf } from './origin-header.ts';
import {
  currentUrl,
  isRedirectTainted,
  isSame,
  serializedOrigin,
  type IsPublicSuffix,
} from './origins.ts';
import type { PreflightCache, PreflightKey } from './preflight-cache.ts';
import { isRedirectStatus, judgePreflight, preflightRequest } from './preflight.ts';
import { preflightNeed } from './preflight-need.ts';
import type { EngineProfile } from './profile.ts';
import { followRedirect, isUnknown, type Redirected } from './redirect.ts';
import type { HeaderList, SentRequest, ServerResponse } from './request.ts';
import { timingAllowed } from './timing.ts';
import type { FailureKind } from './trace.ts';
import { isHttp, withoutFragment } from './url.ts';

/** What a fetch has at hand. */
export interface FetchContext {
  readonly profile: EngineProfile;
  readonly cache: PreflightCache | undefined;
  readonly journal: Journal;
  readonly isPublicSuffix: IsPublicSuffix | undefined;
}

/** How a fetch ended; `request` is the last one, with the URL and tainting that it had. */
export type Fetched =
  | {
      readonly kind: 'response';
      readonly request: FetchRequest;
      readonly response: ServerResponse;
      readonly opaqueRedirect: boolean;
      readonly timing: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly request: FetchRequest;
      readonly failure: FailureKind;
      readonly parameter: string;
    };

/** Yields the requests that go out, and is given what the server answers. */
export type Fetching<Result> = Generator<SentRequest, Result, ServerResponse>;

/** https://fetch.spec.whatwg.org/#concept-main-fetch */
export function* mainFetch(start: FetchRequest, context: FetchContext): Fetching<Fetched> {
  let request = start;
  let timing = true;
  for (;;) {
    const tainted = taintingOf(request, context);
    if ('failure' in tainted) return failed(request, tainted.failure, currentUrl(request).protocol);
    request = tainted.request;
    if (!isHttp(currentUrl(request)) && request.mode !== 'websocket') return local(request);
    const answered = yield* httpFetch(request, tainted.preflight, context);
    if (answered.kind === 'failed') {
      clearCache(request, tainted.preflight !== undefined, context);
      return answered;
    }
    const { response } = answered;
    timing &&= timingAllowed(request, response.headers, context.profile);
    if (!isRedirectStatus(response.status) || request.mode === 'websocket') {
      return { ...answered, timing };
    }
    const redirected = followRedirect(request, response, context.profile);
    if (redirected.kind === 'answer' && context.profile.redirectsNeedLocation) {
      return { ...answered, opaqueRedirect: request.redirect === 'manual', timing };
    }
    if (request.redirect === 'error') {
      const named =
        context.profile.userNamesBeforeMode &&
        redirected.kind === 'failed' &&
        redirected.failure === 'RedirectContainsCredentials';
      return named
        ? failed(request, redirected.failure, redirected.parameter)
        : failed(request, 'RedirectDisallowed', '');
    }
    if (request.redirect === 'manual') {
      return failsUnfollowed(redirected, context.profile)
        ? failed(request, redirected.failure, redirected.parameter)
        : { ...answered, opaqueRedirect: true, timing };
    }
    if (redirected.kind === 'answer') return { ...answered, timing };
    if (redirected.kind === 'failed') {
      context.journal.check('redirect', false, `${redirected.failure}: ${redirected.parameter}`);
      clearCache(request, tainted.preflight !== undefined, context);
      const late = context.profile.checksRedirectsTwice && request.tainting === 'basic';
      if (late && redirected.request !== undefined)
        yield* onlyPreflight(redirected.request, context);
      return failed(request, redirected.failure, redirected.parameter);
    }
    const second = secondCheck(request, response, context.profile);
    if (!second.passed) {
      yield* onlyPreflight(redirected.request, context);
      context.journal.check('redirect', false, second.failure);
      return failed(request, second.failure, second.value);
    }
    context.journal.check('redirect', true, `to ${currentUrl(redirected.request).href}`);
    request = { ...redirected.request, askedBefore: tainted.preflight };
  }
}

type FailedRedirect = Extract<Redirected, { readonly kind: 'failed' }>;

function failsUnfollowed(
  redirected: Redirected,
  profile: EngineProfile,
): redirected is FailedRedirect {
  const to = redirected.kind === 'failed' ? redirected.request : undefined;
  return profile.unknownSchemesFailUnfollowed && to !== undefined && isUnknown(currentUrl(to));
}

type Tainted =
  | { readonly request: FetchRequest; readonly preflight: readonly string[] | undefined }
  | { readonly failure: FailureKind };

/** The steps of main fetch that decide how an answer will be looked at; the first that fits. */
function taintingOf(request: FetchRequest, { journal, profile }: FetchContext): Tainted {
  const url = currentUrl(request);
  const { mode, method } = request;
  const sameOrigin = isSame(request.facts.page.origin, url) && request.tainting === 'basic';
  if (sameOrigin || url.protocol === 'data:' || mode === 'navigate' || mode === 'websocket') {
    journal.check('mode', true, sameOrigin ? 'The origin is the same.' : `Mode ${mode}.`);
    return { request, preflight: undefined };
  }
  if (mode === 'same-origin') {
    journal.check('mode', false, 'Mode same-origin does not leave the origin.');
    return { failure: 'DisallowedByMode' };
  }
  if (mode === 'no-cors') {
    if (request.redirect !== 'follow') {
      journal.check('mode', false, 'Mode no-cors follows redirects.');
      return { failure: 'NoCorsRedirectModeNotFollow' };
    }
    journal.check('mode', true, 'Mode no-cors: the answer is opaque.');
    return { request: { ...request, tainting: 'opaque' }, preflight: undefined };
  }
  if (!isHttp(url)) {
    journal.check('mode', false, `CORS is for HTTP, not for ${url.protocol}`);
    return { failure: 'CorsDisabledScheme' };
  }
  const preflight = preflightNeed(request, profile);
  const unsafe = preflight ?? [];
  const reasons = isSafelistedMethod(method) ? unsafe : [method, ...unsafe];
  journal.check(
    'mode',
    true,
    preflight !== undefined
      ? `A preflight must ask for ${reasons.join(', ') || 'it'}.`
      : 'No preflight.',
  );
  return { request: { ...request, tainting: 'cors' }, preflight };
}

/** https://fetch.spec.whatwg.org/#concept-http-fetch */
function* httpFetch(
  request: FetchRequest,
  preflight: readonly string[] | undefined,
  context: FetchContext,
): Fetching<Fetched> {
  const { profile, journal, isPublicSuffix } = context;
  if (preflight !== undefined) {
    const refused = yield* preflightFetch(request, preflight, context);
    if (refused !== undefined) return refused;
  }
  const sent = sentRequest(request, profile);
  const response = yield sent;
  journal.exchange(sent, response);
  if (request.tainting === 'cors') {
    const include = request.credentials === 'include';
    const check = corsCheck(response.headers, serializedOrigin(request), include);
    const detail = check.passed ? 'The answer allows the origin.' : check.failure;
    journal.check('corsCheck', check.passed, detail);
    if (!check.passed) return failed(request, check.failure, check.value);
  }
  const forNavigation = request.initiator === 'iframe';
  if (request.tainting === 'opaque' || (forNavigation && request.mode === 'navigate')) {
    const url = currentUrl(request);
    const withCredentials = sendsCredentials(request);
    const { headers } = response;
    const unreadablePasses = profile.unreadableCorpPasses;
    const embedded = { url, headers, withCredentials, forNavigation, unreadablePasses };
    const allowed = corpAllows(request.facts.page, embedded, isPublicSuffix);
    journal.check('corp', allowed, allowed ? 'It may be embedded.' : 'It may not be embedded.');
    if (!allowed) return failed(request, 'BlockedByCorp', '');
  }
  const blocked = isRedirectStatus(response.status)
    ? undefined
    : blockedForElement(request, response, profile);
  if (blocked !== undefined) {
    journal.check('element', false, blocked);
    return failed(request, blocked, '');
  }
  return { kind: 'response', request, response, opaqueRedirect: false, timing: false };
}

/** Asks, unless the cache knows already; what it returns is a refusal. */
function* preflightFetch(
  request: FetchRequest,
  unsafeNames: readonly string[],
  context: FetchContext,
): Fetching<Fetched | undefined> {
  const { profile, journal } = context;
  const key = keyOf(request, profile);
  const cache = keepsPreflights(request, profile) ? context.cache : undefined;
  const { method } = request;
  const asksAgain =
    profile.conditionalAsksAgain.has(request.initiator) &&
    request.headers.some(([name]) => conditional.has(name));
  // Where there is nothing to ask for, something must be kept all the same.
  const flagged = request.useCorsPreflight || unsafeNames.length === 0;
  const methodKnown = !asksAgain && cache?.allowsMethod(key, method, flagged) === true;
  if (methodKnown && unsafeNames.every((name) => cache.allowsHeader(key, name))) {
    journal.cache('hit', `${method} ${key.url}`);
    return undefined;
  }
  if (cache !== undefined) {
    journal.cache('miss', `${method} ${key.url}`);
    if (!asksAgain) cache.missed(key);
  }
  const origin = profile.preflightSaysPageOrigin
    ? request.facts.page.origin
    : serializedOrigin(request);
  const question = { origin, unsafeNames };
  const sent = preflightRequest(request, question);
  const response = yield sent;
  journal.exchange(sent, response);
  const outcome = judgePreflight(request, question, response, profile);
  if (!outcome.granted) {
    const { failure, parameter, grant } = outcome;
    if (grant !== undefined && profile.keepsRefusals) cache?.store(key, grant);
    journal.check('preflight', false, parameter === '' ? failure : `${failure}: ${parameter}`);
    return failed(request, failure, parameter);
  }
  journal.check('preflight', true, 'The server allows what was asked for.');
  if (cache !== undefined) {
    const stored = cache.store(key, outcome.grant);
    journal.cache(stored ? 'stored' : 'not-stored', `for ${outcome.grant.seconds} s`);
  }
  return undefined;
}

/** https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, where they set the cache mode. */
const conditional: ReadonlySet<string> = new Set([
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
]);

/** See `checksRedirectsTwice`. */
function secondCheck(
  request: FetchRequest,
  { headers }: ServerResponse,
  { checksRedirectsTwice }: EngineProfile,
): CorsCheck {
  const { credentials, facts, tainting, urls } = request;
  const began = credentials === 'same-origin' && isSame(facts.page.origin, urls[0]);
  return checksRedirectsTwice && tainting === 'cors' && began
    ? corsCheck(headers, serializedOrigin(request), true)
    : { passed: true };
}

/** The preflight that goes out although what comes before it has failed; nobody hears its answer. */
function* onlyPreflight(next: FetchRequest, context: FetchContext): Fetching<void> {
  const tainted = taintingOf(next, context);
  if ('failure' in tainted || tainted.preflight === undefined) return;
  yield* preflightFetch(tainted.request, tainted.preflight, context);
}

function keepsPreflights(request: FetchRequest, profile: EngineProfile): boolean {
  const tainted = profile.cacheKeyOrigin === 'none-when-tainted' && isRedirectTainted(request);
  return !tainted && (profile.keepsForOpaquePages || request.facts.page.origin !== 'null');
}

function keyOf(request: FetchRequest, { cacheKeyOrigin }: EngineProfile): PreflightKey {
  const { page } = request.facts;
  return {
    partition: page.topLevelSite ?? page.origin,
    origin: cacheKeyOrigin === 'page' ? page.origin : serializedOrigin(request),
    url: withoutFragment(currentUrl(request)),
    include: request.credentials === 'include',
  };
}

function clearCache(request: FetchRequest, preflight: boolean, context: FetchContext): void {
  const { cache, profile } = context;
  if (cache === undefined || request.tainting !== 'cors') return;
  const key = keyOf(request, profile);
  if (cache.clearAfterFailure(key, preflight)) context.journal.cache('cleared', key.url);
}

/** https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch, "includeCredentials" */
function sendsCredentials(request: FetchRequest): boolean {
  const { credentials, tainting, mode, facts } = request;
  const { embedderPolicy } = facts.page;
  // The intent of "Cross-Origin-Embedder-Policy allows credentials": no cookies leave the origin.
  if (mode === 'no-cors' && embedderPolicy === 'credentialless' && tainting === 'opaque') {
    return false;
  }
  return credentials === 'include' || (credentials === 'same-origin' && tainting === 'basic');
}

function sentRequest(request: FetchRequest, profile: EngineProfile): SentRequest {
  const headers: (readonly [string, string])[] = [...request.headers];
  const origin = originHeaderOf(request, profile);
  if (origin !== undefined) headers.push(['Origin', origin]);
  if (request.facts.cookies === true && sendsCredentials(request)) headers.push(['Cookie', '…']);
  return {
    kind: 'actual',
    method: request.method,
    url: withoutFragment(currentUrl(request)),
    headers,
    hasBody: request.body !== 'none',
  };
}

const empty: HeaderList = [];

/** `data:`, `about:` and `blob:` are answered by the browser itself.
 * https://fetch.spec.whatwg.org/#concept-scheme-fetch */
function local(request: FetchRequest): Fetched {
  const { protocol } = currentUrl(request);
  if (protocol !== 'data:' && protocol !== 'about:' && protocol !== 'blob:') {
    return failed(request, 'InvalidResponse', protocol);
  }
  const response = { status: 200, headers: empty };
  return { kind: 'response', request, response, opaqueRedirect: false, timing: true };
}

function failed(request: FetchRequest, failure: FailureKind, parameter: string): Fetched {
  return { kind: 'failed', request, failure, parameter };
}
