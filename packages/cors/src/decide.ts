import { actualHeaders, preflightHeaders } from './answers.ts';
import type { OriginClass } from './answers.ts';
import type { CorsDecision, CorsFacts, CorsHeaders, CorsReason } from './decision.ts';
import { findOrigin } from './origin-set.ts';
import type { CorsPolicy } from './policy.ts';
import { parseRequestHeaders } from './request-headers.ts';
import { isToken } from './tokens.ts';

/** Of the header lists that were granted, so many of such a length are remembered. An application
 * asks for the same few again and again; strangers who write every order of them fill 32 KiB. */
const grantedListsMax = 64;
const grantedCharsMax = 512;

/**
 * Decides what CORS says to a request. Pure and synchronous; its work is bounded whatever the
 * request's headers hold. A request is a preflight when it is `OPTIONS` with `Origin` and
 * `Access-Control-Request-Method`; any other `OPTIONS` is the handler's.
 *
 * @param facts - What the request says, nothing normalised.
 * @returns Headers for every answer, the status when there is one to give now, and the reason.
 *
 * @example
 * decide(policy, { method: 'GET', origin: 'https://app.example.com' }).headers
 * // { 'Access-Control-Allow-Origin': 'https://app.example.com', Vary: 'Origin' }
 *
 * @example
 * decide(policy, { method: 'GET', origin: 'https://evil.test' })
 * // { kind: 'actual', allowed: false, headers: { Vary: 'Origin' }, reason: { code: 'origin-not-allowed' } }
 */
export function decide(policy: CorsPolicy, facts: CorsFacts): CorsDecision {
  const { origin } = facts;
  if (origin === undefined || origin === '') return policy.answers.withoutOrigin;
  return decideFor(policy, facts, origin, findOrigin(policy.origins, origin));
}

/**
 * Decides for an origin of which is known whether it is allowed.
 *
 * @param found - What allows the origin; `undefined` when nothing does.
 */
export function decideFor(
  policy: CorsPolicy,
  facts: CorsFacts,
  origin: string,
  found: OriginClass | undefined,
): CorsDecision {
  const { answers } = policy;
  const { requestMethod } = facts;
  const preflight =
    facts.method === 'OPTIONS' && requestMethod !== undefined && requestMethod !== '';
  if (found === undefined) return preflight ? answers.deniedPreflight : answers.deniedActual;
  if (!preflight) return actual(policy, found, origin);
  const granted = answers.echoes
    ? echoedPreflight(policy, facts, found, origin)
    : grantedPreflight(policy, found, origin);
  const refusal = methodRefusal(policy, requestMethod) ?? headerRefusal(policy, facts);
  if (refusal === undefined) return granted;
  return {
    kind: 'preflight',
    allowed: false,
    status: answers.rejects ? 403 : answers.preflightStatus,
    headers: answers.rejects ? answers.rejectedHeaders : granted.headers,
    vary: answers.preflightVary,
    rule: found.text,
    reason: refusal,
  };
}

/** Names of what was asked for what is allowed. */
function echoedPreflight(
  policy: CorsPolicy,
  facts: CorsFacts,
  found: OriginClass,
  origin: string,
): CorsDecision {
  const { answers } = policy;
  const method = facts.requestMethod ?? '';
  const requested = parseRequestHeaders(facts.requestHeaders);
  const names = requested.kind === 'names' ? requested.names : [];
  const headers = preflightHeaders(found.origin ?? origin, answers, {
    methods: methodRefusal(policy, method) === undefined ? method : '',
    requestHeaders: names.filter((name) => !isRefused(policy, name)).join(','),
  });
  return preflightOf(policy, found, headers);
}

function actual(policy: CorsPolicy, found: OriginClass, origin: string): CorsDecision {
  if (found.actual !== undefined) return found.actual;
  const { answers } = policy;
  const decision: CorsDecision = {
    kind: 'actual',
    allowed: true,
    status: undefined,
    headers: actualHeaders(found.origin ?? origin, answers),
    vary: answers.vary,
    rule: found.text,
    reason: found.reason,
  };
  if (found.origin !== undefined) found.actual = Object.freeze(decision);
  return decision;
}

function grantedPreflight(policy: CorsPolicy, found: OriginClass, origin: string): CorsDecision {
  if (found.preflight !== undefined) return found.preflight;
  const decision = preflightOf(
    policy,
    found,
    preflightHeaders(found.origin ?? origin, policy.answers),
  );
  if (found.origin !== undefined) found.preflight = Object.freeze(decision);
  return decision;
}

function preflightOf(policy: CorsPolicy, found: OriginClass, headers: CorsHeaders): CorsDecision {
  const { answers } = policy;
  return {
    kind: 'preflight',
    allowed: true,
    status: answers.preflightStatus,
    headers,
    vary: answers.preflightVary,
    rule: found.text,
    reason: found.reason,
  };
}

function methodRefusal(policy: CorsPolicy, method: string): CorsReason | undefined {
  // No method is that long; it would only be hashed.
  if (method.length > 64 || !isToken(method)) return { code: 'method-not-a-token' };
  if (policy.methods.has(method)) return undefined;
  if (policy.anyMethod) return undefined;
  return { code: policy.methods.has(method.toUpperCase()) ? 'method-case' : 'method-not-allowed' };
}

function headerRefusal(policy: CorsPolicy, facts: CorsFacts): CorsReason | undefined {
  const asked = facts.requestHeaders;
  if (asked === undefined || asked === '') return undefined;
  const memorable = typeof asked === 'string' && asked.length <= grantedCharsMax;
  if (memorable && policy.grantedLists.has(asked)) return undefined;
  const requested = parseRequestHeaders(asked);
  if (requested.kind !== 'names') return { code: 'headers-invalid', problem: requested.kind };
  for (const name of requested.names) {
    if (!isRefused(policy, name)) continue;
    if (!policy.anyRequestHeader) return { code: 'header-not-allowed', name };
    return { code: 'authorization-not-listed' };
  }
  if (memorable) {
    if (policy.grantedLists.size >= grantedListsMax) policy.grantedLists.clear();
    policy.grantedLists.add(asked);
  }
  return undefined;
}

/** `*` covers every name but one (Fetch Standard, "CORS non-wildcard request-header name"). */
function isRefused(policy: CorsPolicy, name: string): boolean {
  if (policy.requestHeaders.has(name)) return false;
  return !policy.anyRequestHeader || name === 'authorization';
}
