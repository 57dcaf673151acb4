import type { Engine, SentRequest, ServerResponse } from './request.ts';

/** Why a request failed. Those that Chromium has a CorsError for bear its name; the others are named
 * for what they are, because developers call all of them CORS. */
export type FailureKind =
  // Chromium's CorsError (network.mojom.CorsError, CDP Network.CorsError).
  | 'DisallowedByMode'
  | 'InvalidResponse'
  | 'WildcardOriginNotAllowed'
  | 'MissingAllowOriginHeader'
  | 'MultipleAllowOriginValues'
  | 'InvalidAllowOriginValue'
  | 'AllowOriginMismatch'
  | 'InvalidAllowCredentials'
  | 'CorsDisabledScheme'
  | 'PreflightInvalidStatus'
  | 'PreflightDisallowedRedirect'
  | 'PreflightWildcardOriginNotAllowed'
  | 'PreflightMissingAllowOriginHeader'
  | 'PreflightMultipleAllowOriginValues'
  | 'PreflightInvalidAllowOriginValue'
  | 'PreflightAllowOriginMismatch'
  | 'PreflightInvalidAllowCredentials'
  | 'InvalidAllowMethodsPreflightResponse'
  | 'InvalidAllowHeadersPreflightResponse'
  | 'MethodDisallowedByPreflightResponse'
  | 'HeaderDisallowedByPreflightResponse'
  | 'RedirectContainsCredentials'
  | 'NoCorsRedirectModeNotFollow'
  | 'LocalNetworkAccessPermissionDenied'
  // The standard's other reasons.
  | 'InvalidRequest'
  | 'RedirectDisallowed'
  | 'TooManyRedirects'
  | 'InvalidRedirect'
  | 'StreamCannotBeSentAgain'
  | 'BlockedByCorp'
  | 'BlockedByNosniff'
  | 'BlockedByOrb'
  | 'NotEligibleForIntegrity'
  | 'MixedContent';

/** One question that the standard asks, and its answer. */
export interface TraceCheck {
  readonly kind: 'check';
  /** Which algorithm asks, in the standard's words, with its anchor:
   * `https://fetch.spec.whatwg.org/#concept-cors-check`. */
  readonly clause: string;
  readonly anchor: string;
  readonly passed: boolean;
  /** A sentence: what was compared with what. */
  readonly detail: string;
}

/** A request that went out, and what came back. */
export interface TraceExchange {
  readonly kind: 'exchange';
  readonly request: SentRequest;
  readonly response: ServerResponse;
}

/** What the preflight cache did. */
export interface TraceCache {
  readonly kind: 'cache';
  readonly event: 'hit' | 'miss' | 'stored' | 'not-stored' | 'cleared';
  readonly detail: string;
}

/** One thing that happened, in the order in which it did. */
export type TraceStep = TraceCheck | TraceExchange | TraceCache;

/** Why a request failed, and what a developer is told. */
export interface Failure {
  readonly kind: FailureKind;
  /** The method or header that was refused, the value that did not fit; empty when there is none. */
  readonly parameter: string;
  /** The URL whose answer failed. */
  readonly url: string;
  /** What each engine writes to its console; empty where it writes nothing. */
  readonly messages: Readonly<Record<Exclude<Engine, 'spec'>, string>>;
}

/** What an element makes of the answer. */
export interface ElementOutcome {
  /** Shown, run, applied, played, used or connected. */
  readonly used: boolean;
  /** Its content is kept from script: a canvas is tainted, `cssRules` throws, errors are muted. */
  readonly tainted: boolean;
}

/** What came of a request. */
export interface Trace {
  readonly engine: Engine;
  /** Everything that happened, in order. */
  readonly steps: readonly TraceStep[];
  /**
   * - `readable`: script may read it (or it stays within one origin);
   * - `opaque`: it arrived and may be embedded, but script may not look inside;
   * - `blocked`: a network error, or a `TypeError` before anything was sent.
   */
  readonly verdict: 'readable' | 'opaque' | 'blocked';
  readonly responseType: 'basic' | 'cors' | 'opaque' | 'opaqueredirect' | 'error';
  /** What script sees of the status: 0 for opaque answers; undefined when blocked. */
  readonly status: number | undefined;
  /** Names of the response headers that script sees, lower-case, sorted. */
  readonly visibleHeaders: readonly string[];
  /** Whether script may read the body. */
  readonly bodyReadable: boolean;
  /** Where redirects ended. */
  readonly url: string;
  /** Whether a server got the actual request, so that whatever it does has been done, no matter
   * whether the page may see the answer. */
  readonly sideEffects: boolean;
  /** Whether a timing entry shows more than the duration (`Timing-Allow-Origin`). */
  readonly timingVisible: boolean;
  /** For initiators that are elements, style sheets, workers and sockets. */
  readonly element: ElementOutcome | undefined;
  readonly failure: Failure | undefined;
}
