import type { CorsConfig } from './config.ts';
import type { CorsDecision, CorsHeaders, CorsReason } from './decision.ts';

/** What one entry of `origins` stands for in decisions. */
export interface OriginClass {
  /** As it was written; absent for an origin that nobody wrote, which a provider allowed. */
  readonly text: string | undefined;
  /** Why it is allowed. */
  readonly reason: CorsReason;
  /** What to answer in `Access-Control-Allow-Origin`; absent when it is the request's own. */
  readonly origin: '*' | undefined;
}

/** Every origin that is listed letter by letter. One object for all of them: nothing that belongs to
 * one of ten thousand is near the processor when it is needed, and to fetch it takes longer than to
 * make an answer. Its text is the request's own origin. */
export const exactOrigin: OriginClass = Object.freeze({
  text: undefined,
  reason: Object.freeze<CorsReason>({ code: 'origin-listed' }),
  origin: undefined,
});

/** Everything about a policy's answers that does not depend on the request. */
export interface FixedAnswers {
  readonly credentials: boolean;
  readonly expose: string;
  readonly methods: string;
  readonly requestHeaders: string;
  readonly maxAge: string | undefined;
  readonly preflightStatus: 200 | 204;
  /** The answers name what was asked for, and nothing else. */
  readonly echoes: boolean;
  readonly rejects: boolean;
  readonly vary: readonly string[];
  /** The same as a header's value; empty for none. */
  readonly varyText: string;
  readonly preflightVary: readonly string[];
  readonly preflightVaryText: string;
  readonly withoutOrigin: CorsDecision;
  readonly deniedActual: CorsDecision;
  readonly deniedPreflight: CorsDecision;
  /** The headers of a rejected preflight. */
  readonly rejectedHeaders: CorsHeaders;
}

/** Prepares a policy's answers. */
export function fixedAnswers(config: CorsConfig, anyOrigin: boolean): FixedAnswers {
  const rejects = config.onDenied === 'reject';
  const vary = Object.freeze(anyOrigin ? [] : ['Origin']);
  const varyText = vary.join(', ');
  const echoes = config.preflightAnswer === 'echo-bounded';
  // For everybody, and without rejecting, every preflight gets the same bytes.
  const fixed = anyOrigin && !rejects && !echoes;
  const preflightVary = Object.freeze(
    config.varyOnPreflight === false ? [] : [...vary, ...(fixed ? [] : requestVary)],
  );
  const preflightVaryText = preflightVary.join(', ');
  const { methods, requestHeaders } = preflightLists(config);
  const rejectedHeaders = Object.freeze(withVary({}, preflightVaryText));
  const expose = (config.exposeHeaders ?? []).join(',');
  const denied = {
    rule: undefined,
    reason: Object.freeze({ code: 'origin-not-allowed' as const }),
  };
  const status = config.preflightStatus ?? 204;
  const withoutOrigin = anyOrigin
    ? actualHeaders('*', { credentials: false, expose, varyText })
    : withVary({}, varyText);
  return Object.freeze({
    credentials: config.credentials === true,
    expose,
    methods,
    requestHeaders,
    // A negative age is no age to a browser's parser and would mean 5 seconds.
    maxAge:
      config.maxAgeSeconds === undefined ? undefined : String(Math.max(0, config.maxAgeSeconds)),
    preflightStatus: status,
    echoes,
    rejects,
    vary,
    varyText,
    preflightVary,
    preflightVaryText,
    rejectedHeaders,
    withoutOrigin: Object.freeze<CorsDecision>({
      kind: 'none',
      allowed: true,
      status: undefined,
      headers: Object.freeze(withoutOrigin),
      vary,
      rule: undefined,
      reason: Object.freeze({ code: 'no-origin' }),
    }),
    deniedActual: Object.freeze<CorsDecision>({
      kind: 'actual',
      allowed: false,
      status: rejects ? 403 : undefined,
      headers: Object.freeze(withVary({}, varyText)),
      vary,
      ...denied,
    }),
    deniedPreflight: Object.freeze<CorsDecision>({
      kind: 'preflight',
      allowed: false,
      status: rejects ? 403 : status,
      headers: rejectedHeaders,
      vary: preflightVary,
      ...denied,
    }),
  });
}

/** What else the answer to a preflight depends on. */
const requestVary = ['Access-Control-Request-Method', 'Access-Control-Request-Headers'] as const;

/** The lists of a full answer. `*` alone says all of them, but for Authorization, which it never
 * covers (Fetch Standard, "CORS non-wildcard request-header name"). */
function preflightLists(config: CorsConfig): Pick<FixedAnswers, 'methods' | 'requestHeaders'> {
  const headers = (config.requestHeaders ?? []).map((name) => name.toLowerCase());
  if (config.preflightAnswer !== 'wildcard') {
    return { methods: (config.methods ?? []).join(','), requestHeaders: headers.join(',') };
  }
  const authorization = headers.includes('authorization') ? ',authorization' : '';
  return { methods: '*', requestHeaders: `*${authorization}` };
}

/** The headers of an actual answer that the origin may read. */
export function actualHeaders(
  origin: string,
  answers: Pick<FixedAnswers, 'credentials' | 'expose' | 'varyText'>,
): CorsHeaders {
  const headers: Record<string, string> = { 'Access-Control-Allow-Origin': origin };
  if (answers.credentials) headers['Access-Control-Allow-Credentials'] = 'true';
  if (answers.expose !== '') headers['Access-Control-Expose-Headers'] = answers.expose;
  return withVary(headers, answers.varyText);
}

/**
 * The headers of an answered preflight.
 *
 * @param granted - The lists to name: everything that the policy allows, unless it echoes. Chromium
 * and WebKit keep one answer per URL, so that "only what was asked" makes them ask again for every
 * other method.
 */
export function preflightHeaders(
  origin: string,
  answers: FixedAnswers,
  granted: Pick<FixedAnswers, 'methods' | 'requestHeaders'> = answers,
): CorsHeaders {
  const headers: Record<string, string> = { 'Access-Control-Allow-Origin': origin };
  if (answers.credentials) headers['Access-Control-Allow-Credentials'] = 'true';
  if (granted.methods !== '') headers['Access-Control-Allow-Methods'] = granted.methods;
  if (granted.requestHeaders !== '') {
    headers['Access-Control-Allow-Headers'] = granted.requestHeaders;
  }
  if (answers.maxAge !== undefined) headers['Access-Control-Max-Age'] = answers.maxAge;
  return withVary(headers, answers.preflightVaryText);
}

function withVary(headers: Record<string, string>, varyText: string): CorsHeaders {
  if (varyText !== '') headers['Vary'] = varyText;
  return headers;
}
