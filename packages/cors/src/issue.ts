/** Something about a configuration, as a program can read it. */
export interface CorsIssue {
  /** An error keeps the policy from being made; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Stable; what tests and translations go by. */
  readonly code: CorsIssueCode;
  /** Where in the configuration: `origins[2]`. */
  readonly path: string;
  /** What stands there. */
  readonly value: unknown;
  /** Why it is wrong and what to write instead, as a sentence. */
  readonly message: string;
}

/** Every problem that `compilePolicy` can find. */
export type CorsIssueCode =
  | 'unknown-key'
  | 'wrong-type'
  | 'duplicate'
  | 'origin-invalid'
  | 'origin-pattern-invalid'
  | 'origin-any-host'
  | 'origin-null'
  | 'origin-null-with-credentials'
  | 'origin-public-suffix'
  | 'origin-insecure-with-credentials'
  | 'origin-redundant'
  | 'wildcard-with-credentials'
  | 'wildcard-without-authorization'
  | 'method-invalid'
  | 'method-forbidden'
  | 'method-case'
  | 'header-invalid'
  | 'header-forbidden'
  | 'expose-invalid'
  | 'expose-forbidden'
  | 'preflight-answer-wider'
  | 'max-age-invalid'
  | 'no-origins';

/**
 * A policy that was not made, with everything that is wrong with it.
 *
 * @example
 * try {
 *   orThrow(compilePolicy(JSON.parse(text)));
 * } catch (error) {
 *   if (error instanceof CorsPolicyError) for (const { path, message } of error.issues) warn(path, message);
 * }
 *
 * @example
 * // Not so: the message is for people and may change; `issues` have codes.
 * error.message.includes('wildcard') // error.issues.some(({ code }) => code === 'wildcard-with-credentials')
 */
export class CorsPolicyError extends Error {
  override readonly name = 'CorsPolicyError';
  readonly issues: readonly IssueLike[];

  constructor(issues: readonly IssueLike[]) {
    const lines = issues.map(({ path, message }) =>
      path === '' ? message : `${path}: ${message}`,
    );
    super(`The CORS configuration was refused.\n${lines.join('\n')}`);
    this.issues = issues;
  }
}

/** What the issues of a policy and those of S3's rules have in common. */
export interface IssueLike {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly path: string;
  readonly value: unknown;
  readonly message: string;
}

/**
 * Takes the policy out of what compiling came to, for programs that cannot start without it.
 *
 * @throws CorsPolicyError with every issue, when the configuration was refused.
 *
 * @example
 * const policy = orThrow(compilePolicy({ origins: ['https://app.example.com'] }));
 *
 * @example
 * // Throws a CorsPolicyError: browsers refuse `*` together with credentials.
 * orThrow(compilePolicy({ origins: ['*'], credentials: true }))
 */
export function orThrow<Policy>(
  compiled:
    | { readonly ok: true; readonly policy: Policy }
    | { readonly ok: false; readonly issues: readonly IssueLike[] },
): Policy {
  if (!compiled.ok) throw new CorsPolicyError(compiled.issues);
  return compiled.policy;
}
