import { findOrigin, originCharsMax, parseOrigin } from '@causeway/cors';
import { hasAmbientCredentials } from './credentials.ts';
import type {
  CsrfAllowed,
  CsrfAllowReason,
  CsrfDecision,
  CsrfDenied,
  CsrfDenyReason,
  CsrfFacts,
  CsrfStage,
  CsrfTokenAsked,
  CsrfTokenProblem,
  CsrfTokenReason,
} from './decision.ts';
import type { CsrfPolicy } from './policy.ts';

/**
 * Decides by the headers whether a request may change state: the route, then the method, then
 * whether it opens a WebSocket or an event stream, then `Sec-Fetch-Site`, then `Origin`. The content
 * type never counts: middleware that looked at it has been passed by again and again
 * (GHSA-2234-fmw7-43wr, CVE-2023-29008). Pure, by lookup, for values of any length and content;
 * never throws.
 *
 * What the headers refuse is refused, token or not: a token only decides what they leave open, or
 * what the policy wants to be decided twice.
 *
 * @example
 * // Permitted.
 * decide(policy, { method: 'POST', origin: 'https://evil.example', fetchSite: 'cross-site' })
 * // { kind: 'deny', stage: 'fetch-site', reason: 'cross-site' }
 *
 * @example
 * // Prohibited: to ask for the methods that change something only. Then GETs that open WebSockets
 * // and methods in disguise pass by; `decide` knows which are harmless.
 * if (request.method === 'POST') decide(policy, facts)
 */
export function decide(policy: CsrfPolicy, facts: CsrfFacts): CsrfDecision {
  if (facts.route !== undefined && policy.exempt.has(facts.route)) return exemptRoute;
  const changing = isStateChanging(policy, facts);
  if (changing || opensWebSocket(facts)) {
    const decision = bySite(policy, facts) ?? byOrigin(policy, facts);
    if (changing && policy.tokenRequired && decision.kind === 'allow') return tokenRequired;
    return decision;
  }
  if (isEventStream(facts)) return eventStream(policy, facts);
  return policy.isolation ? isolated(policy, facts) : safeMethod;
}

/**
 * Ends a decision that waits for a token.
 *
 * @param problem - Why the token is none, or nothing when it is valid.
 *
 * @example
 * // Permitted: the token of this request, verified for the session of this request.
 * settleByToken(asked, verified.ok ? undefined : verified.problem)
 *
 * @example
 * // Prohibited: because there is a token. Whoever forges a request can write something there.
 * settleByToken(asked, token === undefined ? 'token-missing' : undefined)
 */
export function settleByToken(
  asked: CsrfTokenAsked,
  problem: CsrfTokenProblem | undefined,
): CsrfAllowed | CsrfDenied {
  if (problem === undefined) return tokenValid;
  return { kind: 'deny', stage: 'token', reason: problem, asked: asked.reason };
}

// Decisions are few, so they are made once and shared.
const exemptRoute = allow('route', 'exempt-route');
const safeMethod = allow('method', 'safe-method');
const sameOriginStream = allow('upgrade', 'event-stream-same-origin');
const topLevel = allow('fetch-site', 'top-level-navigation');
const sameOrigin = allow('fetch-site', 'same-origin');
const userInitiated = allow('fetch-site', 'user-initiated');
const ownOrigin = allow('origin', 'own-origin');
const trustedOrigin = allow('origin', 'trusted-origin');
const noCredentials = allow('origin', 'no-credentials');
const withoutOriginAllowed = allow('origin', 'without-origin-allowed');
const tokenValid = allow('token', 'token-valid');
const crossSite = deny('fetch-site', 'cross-site');
const sameSite = deny('fetch-site', 'same-site');
const embedded = deny('fetch-site', 'isolated');
const notTrusted = deny('origin', 'origin-not-trusted');
const invalid = deny('origin', 'origin-invalid');
const tokenRequired = askToken('token', 'token-required');
const originNull = askToken('origin', 'origin-null');
const withoutOrigin = askToken('origin', 'without-origin');

/** A safe method in whose place the framework may take another one is not safe; the other way
 * round, what was sent stays what it is. */
function isStateChanging(policy: CsrfPolicy, { method, methodOverride }: CsrfFacts): boolean {
  return (
    !policy.safeMethods.has(method) ||
    (methodOverride !== undefined && !policy.safeMethods.has(methodOverride))
  );
}

/** The handshake of a WebSocket is a GET that no preflight precedes and that carries cookies (RFC
 * 6455 section 10.2). */
function opensWebSocket({ upgrade, fetchMode }: CsrfFacts): boolean {
  if (fetchMode === 'websocket' || fetchMode === 'webtransport') return true;
  return upgrade !== undefined && upgrade.toLowerCase().includes('websocket');
}

function isEventStream({ accept }: CsrfFacts): boolean {
  return accept !== undefined && accept.toLowerCase().includes('text/event-stream');
}

/** An EventSource of another origin says so: its mode is cors, so that it has an `Origin` (Fetch
 * Standard, "append a request Origin header"). One of the same origin has none. */
function eventStream(policy: CsrfPolicy, facts: CsrfFacts): CsrfDecision {
  const decision = bySite(policy, facts);
  if (decision !== undefined) return decision;
  return facts.origin === undefined ? sameOriginStream : byOrigin(policy, facts);
}

/** What the browser says about the page that asks. A value that is not known yet says nothing
 * (Fetch Metadata, section 4.3: servers must ignore it), and `Origin` decides. */
function bySite(policy: CsrfPolicy, facts: CsrfFacts): CsrfDecision | undefined {
  const { fetchSite } = facts;
  if (fetchSite === 'same-origin') return sameOrigin;
  if (fetchSite === 'none') return userInitiated;
  if (fetchSite !== 'cross-site' && fetchSite !== 'same-site') return undefined;
  return knownOrigin(policy, facts) ?? (fetchSite === 'same-site' ? sameSite : crossSite);
}

function knownOrigin(
  { own, trusted }: CsrfPolicy,
  { origin }: CsrfFacts,
): CsrfDecision | undefined {
  if (origin === undefined || origin === 'null' || origin.length > originCharsMax) return undefined;
  if (own.has(origin)) return ownOrigin;
  return findOrigin(trusted, origin) === undefined ? undefined : trustedOrigin;
}

function byOrigin(policy: CsrfPolicy, facts: CsrfFacts): CsrfDecision {
  const { origin } = facts;
  if (origin === 'null') return originNull;
  if (origin !== undefined) {
    const known = knownOrigin(policy, facts);
    if (known !== undefined) return known;
    return parseOrigin(origin, { underscore: true }).ok ? notTrusted : invalid;
  }
  if (policy.withoutOrigin === 'dangerously-allow') return withoutOriginAllowed;
  if (policy.withoutOrigin === 'token') return withoutOrigin;
  return hasAmbientCredentials(policy.sessionCookies, facts) ? withoutOrigin : noCredentials;
}

/** The resource isolation policy of Fetch Metadata. Preflights pass: CORS decides about them. */
function isolated(policy: CsrfPolicy, facts: CsrfFacts): CsrfDecision {
  const { method, fetchMode, fetchDest } = facts;
  const site = method === 'OPTIONS' ? safeMethod : bySite(policy, facts);
  if (site === undefined) return safeMethod;
  if (site.kind === 'allow') return site;
  const followed = (method === 'GET' || method === 'HEAD') && fetchMode === 'navigate';
  // `object` and `embed` navigate as well, and are no top-level navigation; neither are frames.
  return followed && (fetchDest === undefined || fetchDest === 'document') ? topLevel : embedded;
}

function allow(stage: CsrfStage, reason: CsrfAllowReason): CsrfAllowed {
  return Object.freeze({ kind: 'allow' as const, stage, reason });
}

function deny(stage: CsrfStage, reason: CsrfDenyReason): CsrfDenied {
  return Object.freeze({ kind: 'deny' as const, stage, reason });
}

function askToken(stage: CsrfStage, reason: CsrfTokenReason): CsrfTokenAsked {
  return Object.freeze({ kind: 'ask-token' as const, stage, reason });
}
