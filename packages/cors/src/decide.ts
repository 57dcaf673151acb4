import { actualHeaders, exactOrigin, preflightHeaders } from './answers.ts';
import type { FixedAnswers, OriginClass } from './answers.ts';
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
  const refusal = methodRefusal(policy, requestMethod) ?? headerRefusal(policy, facts);
  const rejected = refusal !== undefined && answers.rejects;
  return {
    kind: 'preflight',
    allowed: refusal === undefined,
    status: rejected ? 403 : answers.preflightStatus,
    headers: rejected ? answers.rejectedHeaders : grantedHeaders(policy, facts, found, origin),
    vary: answers.preflightVary,
    rule: ruleOf(found, origin),
    reason: refusal ?? found.reason,
  };
}

/** What an allowed origin is told, whether all that it asked for is allowed or not: its browser
 * then says what is not. */
function grantedHeaders(
  policy: CorsPolicy,
  facts: CorsFacts,
  found: OriginClass,
  origin: string,
): CorsHeaders {
  const { answers } = policy;
  const allowed = found.origin ?? origin;
  return preflightHeaders(allowed, answers, answers.echoes ? echoed(policy, facts) : answers);
}

/** Names of what was asked for what is allowed. */
function echoed(
  policy: CorsPolicy,
  facts: CorsFacts,
): Pick<FixedAnswers, 'methods' | 'requestHeaders'> {
  const method = facts.requestMethod ?? '';
  const requested = parseRequestHeaders(facts.requestHeaders);
  const names = requested.kind === 'names' ? requested.names : [];
  return {
    methods: methodRefusal(policy, method) === undefined ? method : '',
    requestHeaders: names.filter((name) => !isRefused(policy, name)).join(','),
  };
}

function actual({ answers }: CorsPolicy, found: OriginClass, origin: string): CorsDecision {
  return {
    kind: 'actual',
    allowed: true,
    status: undefined,
    headers: actualHeaders(found.origin ?? origin, answers),
    vary: answers.vary,
    rule: ruleOf(found, origin),
    reason: found.reason,
  };
}

function ruleOf(found: OriginClass, origin: string): string | undefined {
  return found === exactOrigin ? origin : found.text;
}

function methodRefusal(policy: CorsPolicy, method: string): CorsReason | undefined {
  // No method is that long; it would only be hashed.
  if (method.length > 64) return { code: 'method-not-a-token' };
  if (policy.methods.has(method)) return undefined;
  if (!isToken(method)) return { code: 'method-not-a-token' };
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
