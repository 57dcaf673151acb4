import { isToken } from '../tokens.ts';
import { isS3CorsMethod } from './rule.ts';
import type { S3CorsRule } from './rule.ts';
import { hasTwoWildcards } from './wildcard.ts';

/**
 * Limits of API_PutBucketCors and API_CORSRule.
 *
 * @example
 * rules.length <= s3CorsLimits.rulesMax
 *
 * @example
 * // Not so: the hundred and first rule is refused with everything before it.
 * const rule = { AllowedOrigins: ['*'], AllowedMethods: ['GET'] };
 * validateS3Cors(Array.from({ length: s3CorsLimits.rulesMax + 1 }, () => rule)).length // 1
 */
export const s3CorsLimits = { rulesMax: 100, idCharsMax: 255 } as const;

/** Why S3 refuses a configuration. */
export type S3CorsIssueCode =
  | 'no-rules'
  | 'too-many-rules'
  | 'origin-missing'
  | 'method-missing'
  | 'method-unsupported'
  | 'origin-wildcards'
  | 'header-wildcards'
  | 'expose-wildcard'
  | 'id-too-long'
  | 'id-repeated';

/** A problem for which S3 refuses the whole configuration. */
export interface S3CorsIssue {
  readonly severity: 'error';
  readonly code: S3CorsIssueCode;
  /** Where: `[1].AllowedMethods[0]`; empty for the configuration as a whole. */
  readonly path: string;
  /** What stands there. */
  readonly value: unknown;
  /** The error code that S3 answers with, always with status 400. */
  readonly error: 'MalformedXML' | 'InvalidRequest';
  /** The words that S3 answers with, where they are known; otherwise in its manner. */
  readonly message: string;
}

const malformed =
  'The XML you provided was not well-formed or did not validate against our published schema';

/**
 * Checks the rules as PutBucketCors does and reports every problem at once; what does not fit the
 * schema comes first, because S3 finds that first. What AWS accepts stays accepted, even when it
 * makes no sense: an empty origin, a default port, a negative age.
 *
 * @example
 * validateS3Cors([{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }]) // []
 *
 * @example
 * // Not so: S3 knows no PATCH.
 * validateS3Cors([{ AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }])[0].code // 'method-unsupported'
 */
export function validateS3Cors(rules: readonly S3CorsRule[]): readonly S3CorsIssue[] {
  const issues: S3CorsIssue[] = [];
  const report = (issue: Omit<S3CorsIssue, 'severity'>): void => {
    issues.push({ severity: 'error', ...issue });
  };
  if (rules.length === 0) {
    report({ code: 'no-rules', path: '', value: rules, error: 'MalformedXML', message: malformed });
  }
  if (rules.length > s3CorsLimits.rulesMax) {
    report({
      code: 'too-many-rules',
      path: '',
      value: rules.length,
      error: 'InvalidRequest',
      message: 'The number of CORS rules should not exceed allowed limit of 100 rules.',
    });
    // A hundred rules are enough to look at; the rest is not going to be stored.
    return issues;
  }
  const ids = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    validateRule(rule, `[${index}]`, report);
    if (rule.ID === undefined || rule.ID === '') continue;
    if (ids.has(rule.ID)) {
      report({
        code: 'id-repeated',
        path: `[${index}].ID`,
        value: rule.ID,
        error: 'InvalidRequest',
        message: `Rule ID must be unique. Found same ID for more than one rule: ${rule.ID}`,
      });
    }
    ids.add(rule.ID);
  }
  return issues.toSorted((one, other) => rank(one) - rank(other));
}

function rank(issue: S3CorsIssue): number {
  return issue.error === 'MalformedXML' ? 0 : 1;
}

type Report = (issue: Omit<S3CorsIssue, 'severity'>) => void;

function validateRule(rule: S3CorsRule, path: string, report: Report): void {
  const refuse = (code: S3CorsIssueCode, where: string, value: unknown, message: string): void => {
    report({ code, path: `${path}.${where}`, value, error: 'InvalidRequest', message });
  };
  const origins = rule.AllowedOrigins ?? [];
  const methods = rule.AllowedMethods ?? [];
  if (origins.length === 0) {
    report({
      code: 'origin-missing',
      path: `${path}.AllowedOrigins`,
      value: rule.AllowedOrigins,
      error: 'MalformedXML',
      message: malformed,
    });
  }
  if (methods.length === 0) {
    report({
      code: 'method-missing',
      path: `${path}.AllowedMethods`,
      value: rule.AllowedMethods,
      error: 'MalformedXML',
      message: malformed,
    });
  }
  for (const [index, method] of methods.entries()) {
    if (isS3CorsMethod(method)) continue;
    const message = `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`;
    refuse('method-unsupported', `AllowedMethods[${index}]`, method, message);
  }
  for (const [index, origin] of origins.entries()) {
    if (!hasTwoWildcards(origin)) continue;
    const message = `AllowedOrigin "${origin}" can not have more than one wildcard.`;
    refuse('origin-wildcards', `AllowedOrigins[${index}]`, origin, message);
  }
  for (const [index, header] of (rule.AllowedHeaders ?? []).entries()) {
    if (!hasTwoWildcards(header)) continue;
    const message = `AllowedHeader "${header}" can not have more than one wildcard.`;
    refuse('header-wildcards', `AllowedHeaders[${index}]`, header, message);
  }
  for (const [index, header] of (rule.ExposeHeaders ?? []).entries()) {
    if (!header.includes('*')) continue;
    const message = `ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`;
    refuse('expose-wildcard', `ExposeHeaders[${index}]`, header, message);
  }
  if (rule.ID !== undefined && rule.ID.length > s3CorsLimits.idCharsMax) {
    const message = 'ID length should not exceed allowed limit of 255';
    refuse('id-too-long', 'ID', rule.ID, message);
  }
}

/** The names that can stand in `Access-Control-Expose-Headers`: AWS takes anything in a rule, but
 * what is no header name would break the header, or the whole answer. */
export function exposableHeaders(rule: S3CorsRule): readonly string[] {
  return (rule.ExposeHeaders ?? []).filter((name) => isToken(name));
}
