import {
  compileS3Cors,
  decideS3,
  describeS3Reason,
  unknownBucket,
  type S3CorsDecision,
  type S3CorsPolicy,
} from '@causeway/cors/s3';
import type { Reply } from '../http/reply.ts';
import type { HttpRequest } from '../http/request.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from '../store/bucket.ts';

export type CorsDecision = S3CorsDecision;

/** A bucket is the same object for as long as its row is the same, so rules are compiled once. */
const compiled = new WeakMap<Bucket, S3CorsPolicy | undefined>();

/**
 * Decides what pages of other origins may see of the answer, by the bucket's own rules. The only
 * place where it is decided, and the only call of the engine.
 *
 * @param bucket undefined when there is no such bucket, or none is addressed
 */
export function judgeOrigin(
  request: HttpRequest,
  bucket: Bucket | undefined,
  facts: { readonly addresses: 'service' | 'bucket' | 'object'; readonly vary: 'safe' | 'aws' },
): CorsDecision {
  const { headers } = request;
  return decideS3(
    bucket === undefined ? unknownBucket : policyOf(bucket),
    {
      method: request.method,
      origin: headers['origin'],
      requestMethod: headers['access-control-request-method'],
      requestHeaders: headers['access-control-request-headers'],
      resourceType: facts.addresses === 'object' ? 'OBJECT' : 'BUCKET',
    },
    facts.vary === 'safe' ? undefined : { vary: facts.vary },
  );
}

/** PutBucketCors accepts only rules that compile; should stored ones not, nobody is let in. */
function policyOf(bucket: Bucket): S3CorsPolicy | undefined {
  if (bucket.cors === undefined) return undefined;
  const known = compiled.get(bucket);
  if (known !== undefined || compiled.has(bucket)) return known;
  const result = compileS3Cors(bucket.cors);
  const policy = result.ok ? result.policy : undefined;
  compiled.set(bucket, policy);
  return policy;
}

/**
 * The answer to a preflight; its headers are those of the decision.
 *
 * @throws S3Error with the reason of the refusal, rule by rule, as its cause: the log tells the
 * bucket's owner what the browser cannot
 */
export function answerPreflight(decision: Extract<CorsDecision, { kind: 'preflight' }>): Reply {
  if (decision.allowed) return { status: 200, headers: {} };
  throw new S3Error(decision.code, {
    message: decision.message,
    fields: decision.fields,
    cause: describeS3Reason(decision.reason),
  });
}

/** The decision in one word, for the log and the metrics; undefined without an `Origin`. */
export function corsOutcome(decision: CorsDecision): string | undefined {
  if (decision.kind === 'none') return undefined;
  return decision.allowed ? 'allowed' : decision.reason.code;
}
