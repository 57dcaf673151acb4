import { allowsOrigin, refusedHeader } from './compile.ts';
import type { S3CorsPolicy } from './compile.ts';
import type {
  S3CorsDimension,
  S3CorsReason,
  S3RefusedPreflight,
  S3RuleVerdict,
} from './decision.ts';

/** No CORS header and no `Vary` stands on a refused preflight, as recorded from AWS. */
export const noHeaders = Object.freeze({});

const notAllowed =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/** `OPTIONS` without `Origin`: 400, before the bucket is looked at. */
export const originMissing = Object.freeze<S3RefusedPreflight>({
  kind: 'preflight',
  allowed: false,
  status: 400,
  headers: noHeaders,
  code: 'BadRequest',
  message: 'Insufficient information. Origin request header needed.',
  fields: Object.freeze({}),
  reason: { code: 'origin-missing' },
});

/** The method is none that a rule can allow, or there is none: 400. */
export function requestMethodInvalid(requestMethod: string | undefined): S3RefusedPreflight {
  return {
    kind: 'preflight',
    allowed: false,
    status: 400,
    headers: noHeaders,
    code: 'BadRequest',
    message: `Invalid Access-Control-Request-Method: ${requestMethod ?? 'null'}`,
    fields: {},
    reason: { code: 'request-method-invalid', requestMethod },
  };
}

/** The bucket does not exist: 403, and `ResourceType` is BUCKET whatever was addressed. */
export function bucketNotFound(requestMethod: string | undefined): S3RefusedPreflight {
  const message = 'CORSResponse: Bucket not found';
  const fields = { Method: requestMethod ?? 'OPTIONS', ResourceType: 'BUCKET' };
  return forbidden(message, fields, { code: 'bucket-not-found' });
}

/** The bucket has no CORS configuration: 403, and `ResourceType` is BUCKET as well. */
export function notEnabled(requestMethod: string | undefined): S3RefusedPreflight {
  const message = 'CORSResponse: CORS is not enabled for this bucket.';
  const fields = { Method: requestMethod ?? 'OPTIONS', ResourceType: 'BUCKET' };
  return forbidden(message, fields, { code: 'not-enabled' });
}

/** No rule matches: 403. */
export function noRule(
  requestMethod: string,
  resourceType: 'BUCKET' | 'OBJECT',
  reason: S3CorsReason,
): S3RefusedPreflight {
  return forbidden(notAllowed, { Method: requestMethod, ResourceType: resourceType }, reason);
}

function forbidden(
  message: string,
  fields: Readonly<Record<string, string>>,
  reason: S3CorsReason,
): S3RefusedPreflight {
  return {
    kind: 'preflight',
    allowed: false,
    status: 403,
    headers: noHeaders,
    code: 'AccessForbidden',
    message,
    fields,
    reason,
  };
}

/** Holds the request against every rule and says what of each did not fit. */
export function verdicts(
  policy: S3CorsPolicy,
  origin: string,
  method: number,
  names: readonly string[],
): readonly S3RuleVerdict[] {
  return policy.rules.map((rule, index) => {
    const header = refusedHeader(rule, names);
    const bits =
      (allowsOrigin(rule, origin) ? 0 : 1) |
      ((rule.methods & method) === 0 ? 2 : 0) |
      (header === undefined ? 0 : 4);
    return { rule: index, id: rule.id, failed: failures[bits] ?? [], header };
  });
}

/** Every combination of dimensions, made once: a refusal over a hundred rules stays small. */
const failures: readonly (readonly S3CorsDimension[])[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
  const failed: S3CorsDimension[] = [];
  if ((bits & 1) !== 0) failed.push('origin');
  if ((bits & 2) !== 0) failed.push('method');
  if ((bits & 4) !== 0) failed.push('header');
  return Object.freeze(failed);
});
