/**
 * What is decided about: facts of a request, and nothing else of it. The adapters gather them.
 *
 * @example
 * // Permitted: each header as it came, one line.
 * const facts: CsrfFacts = { method: 'POST', origin: headers.origin, fetchSite: headers['sec-fetch-site'] };
 *
 * @example
 * // Prohibited: a Referer in place of a missing Origin. Pages can leave it away.
 * const facts: CsrfFacts = { method: 'POST', origin: headers.origin ?? headers.referer };
 */
export interface CsrfFacts {
  /** The method exactly as sent. */
  readonly method: string;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  /** The `Sec-Fetch-Site` header. */
  readonly fetchSite?: string | undefined;
  /** The `Sec-Fetch-Mode` header. */
  readonly fetchMode?: string | undefined;
  /** The `Sec-Fetch-Dest` header. */
  readonly fetchDest?: string | undefined;
  /** `X-HTTP-Method-Override` and its kin: the method that a framework may take instead. Several, in
   * one line, count as one that changes something. */
  readonly methodOverride?: string | undefined;
  /** The `Upgrade` header. */
  readonly upgrade?: string | undefined;
  /** The `Accept` header, which tells an EventSource. */
  readonly accept?: string | undefined;
  /** The `Cookie` header. */
  readonly cookie?: string | undefined;
  /** The `Authorization` header. */
  readonly authorization?: string | undefined;
  /** Whether the connection is authenticated by a client certificate. */
  readonly clientCertificate?: boolean | undefined;
  /** What the request is routed to, as the framework knows it. */
  readonly route?: object | undefined;
}

/** The step of the decision that had the last word. */
export type CsrfStage = 'route' | 'method' | 'upgrade' | 'fetch-site' | 'origin' | 'token';

/** Why it passes. */
export type CsrfAllowReason =
  /** The route is in `exempt`. */
  | 'exempt-route'
  /** GET, HEAD and OPTIONS change nothing. */
  | 'safe-method'
  /** An EventSource without `Origin` is one of the same origin. */
  | 'event-stream-same-origin'
  /** Isolation: a link that was followed. */
  | 'top-level-navigation'
  /** The browser says that the page is of the same origin. */
  | 'same-origin'
  /** The browser says that no page asked, but its user. */
  | 'user-initiated'
  /** `Origin` is one of the public origins. */
  | 'own-origin'
  /** `Origin` is one of the trusted origins. */
  | 'trusted-origin'
  /** No browser, as it seems, and nothing that a browser would have added. */
  | 'no-credentials'
  /** The policy lets everything without `Origin` pass. */
  | 'without-origin-allowed'
  | 'token-valid';

/** Why a token has to decide. */
export type CsrfTokenReason =
  /** The policy asks for it. */
  | 'token-required'
  /** `Origin: null` and nothing else to go by: a referrer policy, a sandboxed frame, a redirect. */
  | 'origin-null'
  /** Neither `Sec-Fetch-Site` nor `Origin`. */
  | 'without-origin';

/** Why a token did not help. */
export type CsrfTokenProblem =
  | 'token-not-configured'
  | 'token-without-session'
  | 'token-missing'
  | 'token-malformed'
  | 'token-unknown-key'
  | 'token-forged'
  | 'token-other-session'
  | 'token-expired';

/** Why it is refused. */
export type CsrfDenyReason =
  | 'cross-site'
  /** Another origin of the same site: a subdomain, another port or scheme. */
  | 'same-site'
  /** Isolation: another site embeds or fetches what is not for it. */
  | 'isolated'
  | 'origin-not-trusted'
  /** Nothing that a browser sends as an origin. */
  | 'origin-invalid'
  | CsrfTokenProblem;

/**
 * What is said to a request.
 *
 * - `allow`: go on.
 * - `deny`: answer 403, before anything is read or changed.
 * - `ask-token`: the headers leave it open; a token decides (`settleByToken`).
 *
 * @example
 * // Permitted: only `allow` goes on.
 * if (decision.kind !== 'allow') return forbidden();
 *
 * @example
 * // Prohibited: `ask-token` without a token is no permission.
 * if (decision.kind === 'deny') return forbidden();
 */
export type CsrfDecision = CsrfAllowed | CsrfDenied | CsrfTokenAsked;

/** A decision that lets pass. */
export interface CsrfAllowed {
  readonly kind: 'allow';
  readonly stage: CsrfStage;
  readonly reason: CsrfAllowReason;
}

/** A decision that refuses. */
export interface CsrfDenied {
  readonly kind: 'deny';
  readonly stage: CsrfStage;
  readonly reason: CsrfDenyReason;
  /** What the headers left open, when a token had to decide. */
  readonly asked?: CsrfTokenReason | undefined;
}

/** A decision that waits for a token. */
export interface CsrfTokenAsked {
  readonly kind: 'ask-token';
  readonly stage: CsrfStage;
  readonly reason: CsrfTokenReason;
}
