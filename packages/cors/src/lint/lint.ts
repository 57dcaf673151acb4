import type { CorsConfig } from '../config.ts';
import type { S3CorsRule } from '../s3/rule.ts';
import { applyEdits } from './edit.ts';
import type { Finding, LintOptions } from './finding.ts';
import { lintPolicy } from './policy.ts';
import { lintS3 } from './s3.ts';

/** A policy's configuration, a bucket's rules, or these as AWS's clients print them. */
export type LintSubject =
  | CorsConfig
  | readonly S3CorsRule[]
  | { readonly CORSRules: readonly S3CorsRule[] };

/**
 * Looks for what is wrong, unsafe or without effect in a policy's configuration or in a bucket's
 * CORS rules (API_PutBucketCors), in the order of its parts. It throws nothing, whatever it is given:
 * it may have been read from a file.
 *
 * @returns Each finding with its place, the reason, and the changes that correct it.
 *
 * @example
 * lint([{ AllowedOrigins: ['https://app.example.com/'], AllowedMethods: ['GET'] }])
 * // [{ code: 'origin-never-matches', path: '[0].AllowedOrigins[0]', fix: [{ op: 'set', … }], … }]
 *
 * @example
 * // Not so: a policy that was compiled has lost what its author wrote.
 * lint(orThrow(compilePolicy(config))) // lint(config)
 */
export function lint(subject: LintSubject, options: LintOptions = {}): readonly Finding[] {
  if (isList(subject)) return lintS3(subject, '', options);
  if (typeof subject !== 'object' || subject === null) return [notASubject(subject)];
  if (!('CORSRules' in subject)) return lintPolicy(subject, options);
  const rules: unknown = subject.CORSRules;
  return isList(rules) ? lintS3(rules, 'CORSRules', options) : [notASubject(rules)];
}

/** What correcting came to. */
export interface Corrected<Subject> {
  readonly subject: Subject;
  /** What was found and is corrected. */
  readonly corrected: readonly Finding[];
  /** What only its author can correct. */
  readonly left: readonly Finding[];
}

/** A correction may show another mistake, as an origin without its slash that stands there twice. */
const roundsMax = 8;

/**
 * Makes every correction that `lint` knows, in a copy.
 *
 * @example
 * correct([{ AllowedOrigins: ['https://app.example.com/'], AllowedMethods: ['put'] }]).subject
 * // [{ AllowedOrigins: ['https://app.example.com'], AllowedMethods: ['PUT'], ExposeHeaders: ['ETag'] }]
 *
 * @example
 * // Not so: what is left may be an error; ask for it before the policy is used.
 * compilePolicy(correct(config).subject)
 */
export function correct<Subject extends LintSubject>(
  subject: Subject,
  options: LintOptions = {},
): Corrected<Subject> {
  const corrected: Finding[] = [];
  let current = subject;
  for (let round = 0; ; round += 1) {
    const findings = lint(current, options);
    const known = findings.filter(({ fix }) => fix.length > 0);
    if (known.length === 0 || round === roundsMax) {
      return { subject: current, corrected, left: findings };
    }
    corrected.push(...known);
    // Edits keep the kind of what they edit.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    current = applyEdits(
      current,
      known.flatMap(({ fix }) => fix),
    ) as Subject;
  }
}

/** The types say more than a file can promise; what elements are is checked one by one. */
function isList(value: unknown): value is readonly S3CorsRule[] {
  return Array.isArray(value);
}

function notASubject(value: unknown): Finding {
  return {
    severity: 'error',
    code: 'wrong-type',
    path: '',
    value,
    message: 'This is neither a policy ({ origins: […] }) nor a list of CORS rules.',
    fix: [],
  };
}
