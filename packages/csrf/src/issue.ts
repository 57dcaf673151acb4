/** Every problem that `compileCsrf` and `lintTrust` can find. */
export type CsrfIssueCode =
  | 'unknown-key'
  | 'wrong-type'
  | 'no-public-origin'
  | 'public-origin-invalid'
  | 'public-origin-insecure'
  | 'cookie-name-invalid'
  | 'trusted-origin-invalid'
  | 'trusted-any-origin'
  | 'trusted-null'
  | 'trusted-insecure'
  | 'trusted-public-suffix'
  | 'without-origin-allowed'
  | 'cors-origin-not-trusted'
  | 'trusted-origin-without-cors';

/**
 * Something about a configuration, as a program can read it.
 *
 * @example
 * // Permitted: go by the code.
 * issues.filter(({ code }) => code === 'trusted-insecure')
 *
 * @example
 * // Prohibited: go by the sentence, which is for people and may be rewritten.
 * issues.filter(({ message }) => message.includes('not encrypted'))
 */
export interface CsrfIssue {
  /** An error keeps the policy from being made; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Stable; what tests and translations go by. */
  readonly code: CsrfIssueCode;
  /** Where in the configuration: `trustedOrigins[2]`. */
  readonly path: string;
  /** What stands there. */
  readonly value: unknown;
  /** Why it is wrong and what to write instead, as a sentence. */
  readonly message: string;
}

/**
 * A policy that was not made, with everything that is wrong with it.
 *
 * @example
 * // Permitted: show all of it.
 * if (error instanceof CsrfPolicyError) console.error(error.issues);
 *
 * @example
 * // Prohibited: go on without a policy.
 * try { start(csrfPolicy(config)); } catch { start(undefined); }
 */
export class CsrfPolicyError extends Error {
  override readonly name = 'CsrfPolicyError';
  readonly issues: readonly CsrfIssue[];

  constructor(issues: readonly CsrfIssue[]) {
    const lines = issues.map(({ path, message }) => `${path}: ${message}`);
    super(`The CSRF configuration was refused.\n${lines.join('\n')}`);
    this.issues = issues;
  }
}
