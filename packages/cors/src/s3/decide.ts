import { parseRequestHeaders } from '../request-headers.ts';
import { firstMatch } from './compile.ts';
import type { CompiledS3Rule, S3CorsPolicy } from './compile.ts';
import type { CorsHeaders, S3CorsDecision, S3CorsFacts, S3CorsReason } from './decision.ts';
import {
  bucketNotFound,
  noHeaders,
  noRule,
  notEnabled,
  originMissing,
  requestMethodInvalid,
  verdicts,
} from './refuse.ts';
import { methodBit } from './rule.ts';

/**
 * Stands for the policy of a bucket that does not exist.
 *
 * @example
 * decideS3(unknownBucket, { method: 'GET', origin: 'https://a.test' }).headers // {}
 *
 * @example
 * // Not so: a bucket that is there and has no configuration is `undefined`; its document differs.
 * decideS3(bucket.exists ? bucket.cors : undefined, facts) // bucket.exists ? bucket.cors : unknownBucket
 */
export const unknownBucket = 'unknown-bucket' as const;

/** How the answers may differ from AWS's. */
export interface S3CorsOptions {
  /**
   * - `safe` (default): every actual answer of a bucket with a CORS configuration carries
   *   `Vary: Origin`, matched or not, with or without `Origin`, so that no cache gives one origin
   *   the answer made for another.
   * - `aws`: byte for byte what AWS sends: no `Vary` unless a rule matched.
   */
  readonly vary?: 'safe' | 'aws';
}

const varyMatched = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
const varyOrigin: CorsHeaders = Object.freeze({ Vary: 'Origin' });
const plain: S3CorsDecision = Object.freeze({ kind: 'none', headers: noHeaders });
const plainVarying: S3CorsDecision = Object.freeze({ kind: 'none', headers: varyOrigin });
const withoutCors: S3CorsDecision = Object.freeze({
  kind: 'actual',
  allowed: false,
  headers: noHeaders,
  reason: Object.freeze({ code: 'not-enabled' }),
});
const withoutBucket: S3CorsDecision = Object.freeze({
  kind: 'actual',
  allowed: false,
  headers: noHeaders,
  reason: Object.freeze({ code: 'bucket-not-found' }),
});

/** Longer values are decided, but not remembered, and not even looked up: hashing 16 KiB costs more
 * than refusing them. Scheme, host and port of any browser's origin fit. */
const originCharsMax = 326;
const requestHeadersCharsMax = 512;

/**
 * Decides a request by a bucket's CORS rules, as S3 does: the first rule wins that allows the
 * origin, the method and every requested header. Pure and synchronous; what it did for the same
 * question before, it remembers in the policy.
 *
 * @param policy - Made by `compileS3Cors`; `undefined` for a bucket without CORS configuration,
 * `unknownBucket` for a bucket that does not exist.
 * @param facts - What the request says. Values may be hostile and of any length.
 * @returns Headers in any case, and for a preflight the whole answer: status, error document and
 * the reason of a refusal, rule by rule.
 *
 * @example
 * decideS3(policy, { method: 'OPTIONS', origin: 'https://app.test', requestMethod: 'PUT' })
 * // { kind: 'preflight', allowed: true, status: 200, headers: { 'Access-Control-Allow-Origin': … } }
 *
 * @example
 * decideS3(undefined, { method: 'OPTIONS', origin: 'https://app.test', requestMethod: 'PUT' })
 * // { kind: 'preflight', allowed: false, status: 403, code: 'AccessForbidden', … }
 */
export function decideS3(
  policy: S3CorsPolicy | typeof unknownBucket | undefined,
  facts: S3CorsFacts,
  options?: S3CorsOptions,
): S3CorsDecision {
  const preflight = facts.method === 'OPTIONS';
  const { origin, requestMethod } = facts;
  const aws = options?.vary === 'aws';
  if (origin === undefined || origin === '') {
    if (preflight) return originMissing;
    return aws || policy === undefined || policy === unknownBucket ? plain : plainVarying;
  }
  if (policy === unknownBucket) return preflight ? bucketNotFound(requestMethod) : withoutBucket;
  if (policy === undefined) return preflight ? notEnabled(requestMethod) : withoutCors;
  // AWS lets Access-Control-Request-Method decide on actual requests, too.
  const method = requestMethod ?? (preflight ? '' : facts.method);
  const bit = methodBit(method);
  if (preflight && bit === 0) return requestMethodInvalid(requestMethod);

  const key = keyOf(facts, origin, bit | (preflight ? 32 : 0) | (aws ? 64 : 0));
  if (key === undefined) return evaluate(policy, facts, { origin, method, bit, preflight, aws });
  const remembered = policy.cache.get(key);
  if (remembered !== undefined) return remembered;
  const decision = evaluate(policy, facts, { origin, method, bit, preflight, aws });
  policy.cache.set(key, decision);
  return decision;
}

/** One string that stands for the whole question; `undefined` when it is not to be remembered. */
function keyOf(facts: S3CorsFacts, origin: string, bits: number): string | undefined {
  const { requestHeaders } = facts;
  // Without a method of S3's the bits do not tell the question; an LF would blur the key's parts.
  if ((bits & 31) === 0 || origin.length > originCharsMax || origin.includes('\n'))
    return undefined;
  const flags = bits | (facts.resourceType === 'BUCKET' ? 128 : 0);
  const head = String.fromCharCode(flags) + origin;
  if (requestHeaders === undefined || requestHeaders === '') return head;
  if (typeof requestHeaders !== 'string' || requestHeaders.length > requestHeadersCharsMax) {
    return undefined;
  }
  return `${head}\n${requestHeaders}`;
}

interface Question {
  readonly origin: string;
  readonly method: string;
  readonly bit: number;
  readonly preflight: boolean;
  readonly aws: boolean;
}

function evaluate(policy: S3CorsPolicy, facts: S3CorsFacts, question: Question): S3CorsDecision {
  const { origin, method, bit, preflight } = question;
  const requested = parseRequestHeaders(facts.requestHeaders);
  if (requested.kind !== 'names') {
    const reason = { code: 'request-headers-invalid', problem: requested.kind } as const;
    return refuse(facts, question, reason);
  }
  const { names } = requested;
  const index = bit === 0 ? -1 : firstMatch(policy, origin, bit, names);
  const rule = policy.rules[index];
  if (rule === undefined) {
    const rules = verdicts(policy, origin, bit, names);
    return refuse(facts, question, { code: 'no-rule-matches', origin, method, rules });
  }
  if (!preflight) {
    return { kind: 'actual', allowed: true, headers: allowHeaders(rule, origin, ''), rule: index };
  }
  const headers = allowHeaders(rule, origin, names.join(', '));
  return { kind: 'preflight', allowed: true, status: 200, headers, rule: index };
}

function refuse(facts: S3CorsFacts, question: Question, reason: S3CorsReason): S3CorsDecision {
  if (question.preflight) return noRule(question.method, facts.resourceType ?? 'OBJECT', reason);
  const headers = question.aws ? noHeaders : varyOrigin;
  return { kind: 'actual', allowed: false, headers, reason };
}

/** The headers of a match; `Access-Control-Allow-Headers` only when a preflight asked for some. */
function allowHeaders(rule: CompiledS3Rule, origin: string, requested: string): CorsHeaders {
  const headers: Record<string, string> = {
    'Access-Control-Allow-Origin': rule.anyOrigin ? '*' : origin,
    'Access-Control-Allow-Methods': rule.allowMethods,
  };
  if (requested !== '') headers['Access-Control-Allow-Headers'] = requested;
  if (rule.exposeHeaders !== undefined) {
    headers['Access-Control-Expose-Headers'] = rule.exposeHeaders;
  }
  if (rule.maxAge !== undefined) headers['Access-Control-Max-Age'] = rule.maxAge;
  if (!rule.anyOrigin) headers['Access-Control-Allow-Credentials'] = 'true';
  headers['Vary'] = varyMatched;
  return Object.freeze(headers);
}
