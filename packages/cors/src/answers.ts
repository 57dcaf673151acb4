import type { CorsConfig } from './config.ts';
import type { CorsDecision, CorsHeaders } from './decision.ts';

/** What one entry of `origins` stands for in decisions. */
export interface OriginClass {
  /** As it was written. */
  readonly text: string;
  /** What to answer in `Access-Control-Allow-Origin`; absent when it is the request's own. */
  readonly origin: string | undefined;
  /** The decisions for it, made when they are first needed: of ten thousand origins few call. */
  actual: CorsDecision | undefined;
  preflight: CorsDecision | undefined;
}

/** Everything about a policy's answers that does not depend on the request. */
export interface FixedAnswers {
  readonly credentials: boolean;
  readonly expose: string;
  readonly methods: string;
  readonly requestHeaders: string;
  readonly maxAge: string | undefined;
  readonly preflightStatus: 200 | 204;
  readonly rejects: boolean;
  readonly vary: readonly string[];
  readonly preflightVary: readonly string[];
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
  const preflightVary = Object.freeze(
    config.varyOnPreflight === false ? [] : [...vary, ...requestVary(anyOrigin, rejects)],
  );
  const rejectedHeaders = withVary({}, preflightVary);
  const expose = (config.exposeHeaders ?? []).join(',');
  const denied = {
    rule: undefined,
    reason: Object.freeze({ code: 'origin-not-allowed' as const }),
  };
  const status = config.preflightStatus ?? 204;
  const withoutOrigin = anyOrigin
    ? actualHeaders('*', { credentials: false, expose, vary })
    : withVary({}, vary);
  return Object.freeze({
    credentials: config.credentials === true,
    expose,
    methods: (config.methods ?? []).join(','),
    requestHeaders: (config.requestHeaders ?? []).map((name) => name.toLowerCase()).join(','),
    // A negative age is no age to a browser's parser and would mean 5 seconds.
    maxAge:
      config.maxAgeSeconds === undefined ? undefined : String(Math.max(0, config.maxAgeSeconds)),
    preflightStatus: status,
    rejects,
    vary,
    preflightVary,
    rejectedHeaders,
    withoutOrigin: Object.freeze<CorsDecision>({
      kind: 'none',
      allowed: true,
      status: undefined,
      headers: withoutOrigin,
      vary,
      rule: undefined,
      reason: Object.freeze({ code: 'no-origin' }),
    }),
    deniedActual: Object.freeze<CorsDecision>({
      kind: 'actual',
      allowed: false,
      status: rejects ? 403 : undefined,
      headers: withVary({}, vary),
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

/** What else the answer to a preflight depends on. For everybody, and without rejecting, every
 * preflight gets the same bytes. */
function requestVary(anyOrigin: boolean, rejects: boolean): readonly string[] {
  if (anyOrigin && !rejects) return [];
  return ['Access-Control-Request-Method', 'Access-Control-Request-Headers'];
}

/** The headers of an actual answer that the origin may read. */
export function actualHeaders(
  origin: string,
  answers: Pick<FixedAnswers, 'credentials' | 'expose' | 'vary'>,
): CorsHeaders {
  const headers: Record<string, string> = { 'Access-Control-Allow-Origin': origin };
  if (answers.credentials) headers['Access-Control-Allow-Credentials'] = 'true';
  if (answers.expose !== '') headers['Access-Control-Expose-Headers'] = answers.expose;
  return withVary(headers, answers.vary);
}

/**
 * The headers of an answered preflight: everything that the policy allows, whatever was asked for.
 * Chromium and WebKit keep one answer per URL, so "only what was asked" makes them ask again for
 * every other method.
 */
export function preflightHeaders(origin: string, answers: FixedAnswers): CorsHeaders {
  const headers: Record<string, string> = { 'Access-Control-Allow-Origin': origin };
  if (answers.credentials) headers['Access-Control-Allow-Credentials'] = 'true';
  if (answers.methods !== '') headers['Access-Control-Allow-Methods'] = answers.methods;
  if (answers.requestHeaders !== '') {
    headers['Access-Control-Allow-Headers'] = answers.requestHeaders;
  }
  if (answers.maxAge !== undefined) headers['Access-Control-Max-Age'] = answers.maxAge;
  return withVary(headers, answers.preflightVary);
}

function withVary(headers: Record<string, string>, vary: readonly string[]): CorsHeaders {
  if (vary.length > 0) headers['Vary'] = vary.join(', ');
  return Object.freeze(headers);
}
