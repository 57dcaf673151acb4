import type { S3CorsReason, S3RuleVerdict } from './decision.ts';

/**
 * Says in one sentence why CORS was not granted, for the bucket's owner: the rule that came
 * closest and what of it did not fit.
 *
 * @example
 * describeS3Reason(decision.reason)
 * // 'No rule allows PUT from https://app.test. Rule 1 (uploads) comes closest: it does not allow the header x-custom.'
 *
 * @example
 * // Not so: the code is for programs, this sentence may change.
 * describeS3Reason(decision.reason).startsWith('No rule') // decision.reason.code === 'no-rule-matches'
 */
export function describeS3Reason(reason: S3CorsReason): string {
  if (reason.code === 'no-rule-matches') {
    const what = `No rule allows ${reason.method} from ${reason.origin}`;
    const closest = closestOf(reason.rules);
    return closest === undefined ? `${what}.` : `${what}. ${describeVerdict(closest, reason)}`;
  }
  if (reason.code === 'request-headers-invalid') {
    return `Access-Control-Request-Headers is not a list that a browser sends: ${problems[reason.problem]}.`;
  }
  if (reason.code !== 'request-method-invalid') return sentences[reason.code];
  return reason.requestMethod === undefined
    ? 'The preflight has no Access-Control-Request-Method header.'
    : `Access-Control-Request-Method is ${reason.requestMethod}; S3 knows only GET, PUT, POST, DELETE and HEAD, in capitals.`;
}

const sentences = {
  'origin-missing': 'The request has no Origin header, so it is no CORS request.',
  'bucket-not-found': 'The bucket does not exist.',
  'not-enabled': 'The bucket has no CORS configuration; PutBucketCors gives it one.',
} as const;

const problems = {
  'too-long': 'it is longer than 8192 characters',
  'too-many': 'it has more than 128 names',
  'not-a-token': 'an element of it is no header name',
} as const;

function closestOf(rules: readonly S3RuleVerdict[]): S3RuleVerdict | undefined {
  let closest: S3RuleVerdict | undefined;
  for (const verdict of rules) {
    if (closest === undefined || closeness(verdict) < closeness(closest)) closest = verdict;
  }
  return closest;
}

/** A rule for this origin is nearer than one for another, whatever else it lacks. */
function closeness(verdict: S3RuleVerdict): number {
  return verdict.failed.length + (verdict.failed.includes('origin') ? 3 : 0);
}

function describeVerdict(
  verdict: S3RuleVerdict,
  reason: Extract<S3CorsReason, { code: 'no-rule-matches' }>,
): string {
  const name = verdict.id === undefined ? '' : ` (${verdict.id})`;
  const missing = {
    origin: 'the origin',
    method: `the method ${reason.method}`,
    header: `the header ${verdict.header}`,
  };
  const lacks = verdict.failed.map((dimension) => missing[dimension]);
  const last = lacks.pop() ?? '';
  const list = lacks.length === 0 ? last : `${lacks.join(', ')} nor ${last}`;
  return `Rule ${verdict.rule + 1}${name} comes closest: it does not allow ${list}.`;
}
