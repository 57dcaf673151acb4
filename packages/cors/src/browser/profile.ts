import type { Engine, Initiator } from './request.ts';

/**
 * Where engines differ from the Fetch Standard and from one another. Every difference that the model
 * knows is a field here; nothing else asks which engine it is. Seen in Chromium 153, Firefox 153 and
 * WebKitGTK 2.50.
 */
export interface EngineProfile {
  /** The longest time that a preflight is kept, in seconds. */
  readonly maxAgeCapSeconds: number;
  /** What a negative `Access-Control-Max-Age` means. */
  readonly negativeMaxAge: 'default' | 'zero' | 'not-stored';
  /** What one means that is no number. */
  readonly invalidMaxAge: 'default' | 'not-stored';
  /** It is read into 64 bits, a leading plus included; what does not fit is no number. */
  readonly maxAgeIsInt64: boolean;
  /** The standard keeps an entry for each method and header; Chromium and WebKit one result for a
   * URL, which the next one replaces; Firefox adds what it learns. */
  readonly cacheKeeps: 'entries' | 'one-result' | 'tokens';
  /** Whether a kept `*` is a wildcard where it was granted without credentials, for every request
   * without, or a token like any other. */
  readonly cachedWildcard: 'matches' | 'matches-request' | 'literal';
  /** Whether what was granted with credentials also serves requests without. */
  readonly credentialedServesBoth: boolean;
  /** URLs of more characters are not kept. */
  readonly cachedUrlCharsMax: number;
  /** Which failed requests take back what was kept for their URL. */
  readonly clearsOnFailure: 'none' | 'preflighted' | 'all';
  /** Under which origin it is kept: the one that the request says, which is `null` after a tainting
   * redirect; the page's own; or none after such a redirect, because the opaque origin is new each
   * time. */
  readonly cacheKeyOrigin: 'serialized' | 'page' | 'none-when-tainted';
  /** Preflights of pages whose origin is opaque are kept. */
  readonly keepsForOpaquePages: boolean;
  /** An answer is kept although it refuses the method or a header. */
  readonly keepsRefusals: boolean;
  /** A request with the use-CORS-preflight flag needs a kept method even when the method is a
   * safelisted one; without, anything that is kept for the URL will do. */
  readonly flaggedNeedsMethod: boolean;
  /** So many URLs are kept; then the oldest has to go. */
  readonly cachedUrlsMax: number;
  /** Methods that need no entry. */
  readonly cacheExemptMethods: ReadonlySet<string>;
  /** `*` in Access-Control-Allow-Headers covers Authorization, without credentials. */
  readonly wildcardCoversAuthorization: boolean;
  readonly cachedWildcardCoversAuthorization: boolean;
  /** Safe values of together more than 1,024 bytes are not safe any more. */
  readonly totalSafelistLimit: boolean;
  /** Headers in lower case that need no preflight with such a value, although the standard asks for
   * one. */
  readonly extraSafelist: ReadonlyMap<string, RegExp>;
  /** Whether the value of `Range` is compared to the letter, or read with goodwill. */
  readonly rangeIsStrict: boolean;
  /** What becomes of a stream as a body. */
  readonly streamBody: 'stream' | 'text' | 'refused';
  /** Where upload listeners or a stream made the preflight, an answer without
   * Access-Control-Allow-Methods grants the method. */
  readonly silenceGrantsFlagged: boolean;
  /** Whose conditional requests, which the HTTP cache must not answer, pass over the preflight cache
   * too. */
  readonly conditionalAsksAgain: ReadonlySet<Initiator>;
  /** A user name in `Location` is found before the redirect mode `error` is looked at. */
  readonly userNamesBeforeMode: boolean;
  /** Which headers still count for preflights after a redirect took them away (Authorization, and with
   * a body what describes it): none; all; or all but that the preflight right after that redirect does
   * not ask for them. */
  readonly rememberedHeaders: 'none' | 'all' | 'stripped';
  /** A no-cors request that a redirect led to another origin says `null`. */
  readonly crossingHidesOrigin: boolean;
  /** What said its origin goes on saying it when a redirect within one origin makes a GET of it. */
  readonly keepsOriginHeader: boolean;
  /** What an element fetches in mode cors says its origin within that origin too. */
  readonly elementsSayOrigin: boolean;
  /** Once a preflight was needed, each further hop of a redirect needs one. */
  readonly preflightsAllFurtherHops: boolean;
  /** A redirect to another origin makes a GET of a DELETE, whatever its status. */
  readonly crossOriginDeleteBecomesGet: boolean;
  /** Listeners on an upload count only where there is a body to upload. */
  readonly uploadNeedsBody: boolean;
  /** A preflight after a tainting redirect says the page's origin, the request after it `null`; so
   * one to that origin is not subject to the CORS check. */
  readonly preflightSaysPageOrigin: boolean;
  /** A redirect is checked once more after the preflight to where it leads: only then a user name in
   * the `Location` of an answer from the page's own origin is found; and where the chain began in that
   * origin, the credentials mode `same-origin` counts as `include`. */
  readonly checksRedirectsTwice: boolean;
  /** Of what is no navigation, only XMLHttpRequest and beacons follow a redirect to a URL with a user
   * name, and XMLHttpRequest within its own origin. */
  readonly onlyXhrFollowsUserNames: boolean;
  /** Under `require-corp` only a missing Cross-Origin-Resource-Policy counts as `same-origin`, not one
   * that cannot be read. */
  readonly unreadableCorpPasses: boolean;
  /** For an element in mode no-cors a redirect to a scheme that nobody knows is itself the answer. */
  readonly unknownSchemesAreNotFollowed: boolean;
  /** A beacon of an opaque page says the origin of the page's address, unless a redirect taints it. */
  readonly beaconsSayAddress: boolean;
  /** An answer with the status of a redirect and no `Location` is none: mode `error` lets it pass, and
   * mode `manual` shows its body. */
  readonly redirectsNeedLocation: boolean;
  /** A redirect to a scheme that nobody knows fails in mode `manual` too. */
  readonly unknownSchemesFailUnfollowed: boolean;
  /** `Timing-Allow-Origin` is held against the page's origin in mode no-cors, tainted or not. */
  readonly timingIgnoresTaint: boolean;
  /** Once a redirect has led to another origin, the referrer policy hides nothing any more. */
  readonly redirectsForgetReferrerPolicy: boolean;
  /** What is no navigation says `null` under a referrer policy that hides the page, unless in mode
   * cors. */
  readonly referrerPolicyHidesOrigin: boolean;
  /** A request with credentials from a page of another site (or of an opaque origin) to the site in the
   * address bar says its origin, whatever its method, unless a redirect has tainted it: the server may
   * ask for storage access. */
  readonly inactiveStorageSaysOrigin: boolean;
  /** A style sheet that was redirected is none without a type. */
  readonly redirectedSheetsNeedType: boolean;
  /** A font is preloaded in mode cors even without the attribute. */
  readonly preloadIsCors: boolean;
  /** A script fails from status 400 on, not at each that is not ok. */
  readonly scriptsFailFrom400: boolean;
  /** Errors of a script from elsewhere are muted. */
  readonly mutesScriptErrors: boolean;
  /** An image of type `application/pdf` is none, whatever its bytes. */
  readonly pdfIsNoImage: boolean;
  /** Opaque response blocking: what no script or image can be is kept from them, by its type. */
  readonly blocksOpaqueDocuments: boolean;
  /** That includes `text/plain` with `nosniff`. */
  readonly blocksOpaqueText: boolean;
  /** Also what a redirect brought back to the page's own origin. */
  readonly blocksOpaqueAtHome: boolean;
}

const safelisted: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);
const nothing: ReadonlyMap<string, RegExp> = new Map();
const decimal = /^\d+(?:\.\d+)?$/;

const spec: EngineProfile = {
  maxAgeCapSeconds: Number.POSITIVE_INFINITY,
  negativeMaxAge: 'default',
  invalidMaxAge: 'default',
  maxAgeIsInt64: false,
  cacheKeeps: 'entries',
  cachedWildcard: 'matches',
  credentialedServesBoth: true,
  cachedUrlCharsMax: Number.POSITIVE_INFINITY,
  clearsOnFailure: 'preflighted',
  cacheKeyOrigin: 'serialized',
  keepsForOpaquePages: true,
  keepsRefusals: false,
  flaggedNeedsMethod: true,
  cachedUrlsMax: Number.POSITIVE_INFINITY,
  cacheExemptMethods: safelisted,
  wildcardCoversAuthorization: false,
  cachedWildcardCoversAuthorization: false,
  totalSafelistLimit: true,
  extraSafelist: nothing,
  rangeIsStrict: true,
  streamBody: 'stream',
  silenceGrantsFlagged: true,
  conditionalAsksAgain: new Set(),
  userNamesBeforeMode: false,
  rememberedHeaders: 'none',
  crossingHidesOrigin: false,
  keepsOriginHeader: false,
  elementsSayOrigin: false,
  preflightsAllFurtherHops: false,
  crossOriginDeleteBecomesGet: false,
  uploadNeedsBody: false,
  preflightSaysPageOrigin: false,
  checksRedirectsTwice: false,
  onlyXhrFollowsUserNames: false,
  unreadableCorpPasses: false,
  unknownSchemesAreNotFollowed: false,
  beaconsSayAddress: false,
  redirectsNeedLocation: false,
  unknownSchemesFailUnfollowed: false,
  timingIgnoresTaint: false,
  redirectsForgetReferrerPolicy: false,
  referrerPolicyHidesOrigin: true,
  inactiveStorageSaysOrigin: false,
  redirectedSheetsNeedType: false,
  preloadIsCors: false,
  scriptsFailFrom400: false,
  mutesScriptErrors: true,
  pdfIsNoImage: false,
  blocksOpaqueDocuments: false,
  blocksOpaqueText: false,
  blocksOpaqueAtHome: false,
};

/**
 * What each engine does.
 *
 * @example
 * profiles.chromium.maxAgeCapSeconds // 7200
 *
 * @example
 * // Not so: a day in `Access-Control-Max-Age` is a day nowhere but in the standard and in Firefox.
 * profiles.webkit.maxAgeCapSeconds >= 86_400 // false
 */
export const profiles: Readonly<Record<Engine, EngineProfile>> = {
  spec,
  chromium: {
    ...spec,
    maxAgeCapSeconds: 7200,
    negativeMaxAge: 'zero',
    maxAgeIsInt64: true,
    cacheKeeps: 'one-result',
    cachedUrlCharsMax: 1023,
    clearsOnFailure: 'none',
    cacheKeyOrigin: 'page',
    // Their network isolation key is transient.
    keepsForOpaquePages: false,
    flaggedNeedsMethod: false,
    // services/network/cors/preflight_cache.cc drops ten at random.
    cachedUrlsMax: 1024,
    wildcardCoversAuthorization: true,
    // services/network/public/cpp/cors/cors.cc, IsCorsSafelistedHeader; tried in Chromium 153.
    extraSafelist: new Map([
      ['device-memory', decimal],
      ['downlink', decimal],
      ['dpr', decimal],
      ['ect', /^(?:slow-2g|[234]g)$/],
      ['intervention', /^/],
      ['rtt', /^\d+$/],
      ['save-data', /^on$/i],
      ['viewport-width', /^\d+$/],
      ['width', /^\d+$/],
    ]),
    // services/network/cors/preflight_controller.cc, RetrieveCacheFlags: Blink lets what has If-Match
    // and its like pass over the HTTP cache.
    conditionalAsksAgain: new Set(['fetch', 'xhr']),
    silenceGrantsFlagged: false,
    userNamesBeforeMode: true,
    // blink::ResourceLoader, where a resource does not ShouldIgnoreHTTPStatusCodeErrors.
    scriptsFailFrom400: true,
    // net::RedirectUtil::UpdateHttpRequest.
    crossingHidesOrigin: true,
    // FetchParameters::SetCrossOriginAccessControl.
    elementsSayOrigin: true,
    uploadNeedsBody: true,
    // FrameFetchContext::ShouldBlockFetchAsCredentialedSubresource.
    onlyXhrFollowsUserNames: true,
    referrerPolicyHidesOrigin: false,
    blocksOpaqueDocuments: true,
    blocksOpaqueText: true,
  },
  firefox: {
    ...spec,
    maxAgeCapSeconds: 86_400,
    negativeMaxAge: 'not-stored',
    invalidMaxAge: 'not-stored',
    cacheKeeps: 'tokens',
    cachedWildcard: 'literal',
    credentialedServesBoth: false,
    // nsCORSListenerProxy::OnStartRequest, whether a preflight was made or not; tried in 153.
    clearsOnFailure: 'all',
    cacheKeyOrigin: 'page',
    flaggedNeedsMethod: false,
    cachedUrlsMax: 100,
    cacheExemptMethods: new Set(['GET', 'POST']),
    wildcardCoversAuthorization: true,
    streamBody: 'text',
    preflightSaysPageOrigin: true,
    // HttpBaseChannel::SetupReplacementChannel hands the need of a preflight on.
    preflightsAllFurtherHops: true,
    // FetchDriver::HttpFetch, MaybeSkipCacheIfPerformingRevalidation; XMLHttpRequest has no such thing.
    conditionalAsksAgain: new Set(['fetch']),
    // nsCORSListenerProxy::CheckPreflightNeeded, LoadInfo::CorsUnsafeHeaders, HttpBaseChannel::
    // SetCorsPreflightParameters.
    rememberedHeaders: 'stripped',
    silenceGrantsFlagged: false,
    // HttpBaseChannel::ProcessCrossOriginResourcePolicyHeader.
    unreadableCorpPasses: true,
    unknownSchemesAreNotFollowed: true,
    // nsHttpChannel::SetOriginHeader, where Sec-Fetch-Storage-Access is "inactive", which AntiTracking-
    // Utils::GetStoragePermissionStateInParent decides.
    inactiveStorageSaysOrigin: true,
    // css::Loader::LoadSheetAsyncInternal gives the channel text/css as a hint, which the channel of the
    // redirect has not.
    redirectedSheetsNeedType: true,
    preloadIsCors: true,
    mutesScriptErrors: false,
    // OpaqueResponseUtils.cpp; IsOpaqueSafeListedSpecBreakingMIMEType lets text pass.
    blocksOpaqueDocuments: true,
    blocksOpaqueAtHome: true,
  },
  webkit: {
    ...spec,
    maxAgeCapSeconds: 600,
    negativeMaxAge: 'not-stored',
    maxAgeIsInt64: true,
    cacheKeeps: 'one-result',
    clearsOnFailure: 'none',
    // NetworkLoadChecker::checkCORSRedirectedRequest makes a new opaque origin.
    cacheKeyOrigin: 'none-when-tainted',
    // CrossOriginAccessControl.cpp, validatePreflightResponse.
    keepsRefusals: true,
    // CrossOriginPreflightResultCacheItem::allowsCrossOriginMethod is told the request's credentials.
    cachedWildcard: 'matches-request',
    // NetworkLoadChecker::checkCORSRequestWithPreflight, m_originalRequestHeaders, m_isSimpleRequest.
    rememberedHeaders: 'all',
    preflightsAllFurtherHops: true,
    // CachedResourceRequest::updateForAccessControl.
    elementsSayOrigin: true,
    // ResourceRequestBase::redirectAsGETIfNeeded takes what describes the body, and leaves Origin, which
    // redirectedRequest clears only where the origin changes.
    keepsOriginHeader: true,
    redirectsForgetReferrerPolicy: true,
    // CachedResourceRequest::updateReferrerAndOriginHeaders makes the origin out of the referrer.
    beaconsSayAddress: true,
    redirectsNeedLocation: true,
    unknownSchemesFailUnfollowed: true,
    timingIgnoresTaint: true,
    // WebKitGTK; seen there alone.
    pdfIsNoImage: true,
    // NetworkDataTaskSoup.cpp, shouldRedirectAsGET: WebKitGTK and WPE, not Safari.
    crossOriginDeleteBecomesGet: true,
    flaggedNeedsMethod: false,
    wildcardCoversAuthorization: true,
    cachedWildcardCoversAuthorization: true,
    totalSafelistLimit: false,
    rangeIsStrict: false,
    streamBody: 'refused',
    silenceGrantsFlagged: false,
    // NetworkLoadChecker::checkRedirection in the one process looks at the URL that answered;
    // SubresourceLoader::checkRedirectionCrossOriginAccessControl in the other one comes after it, and
    // has the storedCredentialsPolicy of the first request.
    checksRedirectsTwice: true,
  },
};
