import { checkNames } from './check-names.ts';
import { checkOrigins } from './check-origins.ts';
import type { CheckedOrigin, CompileOptions } from './check-origins.ts';
import { checkTypes } from './check-types.ts';
import type { Report } from './check-types.ts';
import type { CorsConfig } from './config.ts';
import { exactOrigin, fixedAnswers } from './answers.ts';
import type { FixedAnswers, OriginClass } from './answers.ts';
import type { CorsReason } from './decision.ts';
import type { CorsIssue } from './issue.ts';
import type { OriginPattern } from './origin-pattern.ts';
import { originSet } from './origin-set.ts';
import type { OriginSet } from './origin-set.ts';

/** Methods that browsers send without asking (Fetch Standard, "CORS-safelisted method"). */
const safelistedMethods = ['GET', 'HEAD', 'POST'] as const;
const anyOriginReason = Object.freeze<CorsReason>({ code: 'any-origin' });

/** A checked configuration, made ready to decide by. Immutable to its users; made by
 * `compilePolicy`. */
export interface CorsPolicy {
  readonly credentials: boolean;
  /** Everybody is allowed. */
  readonly anyOrigin: boolean;
  /** Origins without encryption may be allowed: there are no credentials, or it was asked for. */
  readonly insecureOrigins: boolean;
  readonly anyMethod: boolean;
  readonly anyRequestHeader: boolean;
  /** The methods of the configuration, and those that need no permission. */
  readonly methods: ReadonlySet<string>;
  /** Lower-case. */
  readonly requestHeaders: ReadonlySet<string>;
  /** Values of `Access-Control-Request-Headers` that were granted lately, bounded.
   * @internal */
  readonly grantedLists: Set<string>;
  /** @internal */
  readonly origins: OriginSet<OriginClass>;
  /** @internal */
  readonly answers: FixedAnswers;
}

/** What compiling came to. */
export type CompiledPolicy =
  | {
      readonly ok: true;
      readonly policy: CorsPolicy;
      /** What is allowed to be so, but has hardly been meant. */
      readonly warnings: readonly CorsIssue[];
    }
  | {
      readonly ok: false;
      /** Everything that is wrong, and the warnings, in the order of the configuration's parts. */
      readonly issues: readonly CorsIssue[];
    };

/**
 * Checks a configuration and compiles it. Every problem is reported at once. Pure: the
 * configuration is read once and not kept.
 *
 * @param options - `isPublicSuffix`, if the Public Suffix List is at hand.
 * @returns The policy, or all issues. `orThrow` makes an exception of the latter.
 *
 * @example
 * const policy = orThrow(compilePolicy({ origins: ['https://app.example.com'], methods: ['PUT'] }));
 *
 * @example
 * compilePolicy({ origins: ['*'], credentials: true })
 * // { ok: false, issues: [{ code: 'wildcard-with-credentials', path: 'origins[0]', … }] }
 */
export function compilePolicy(config: CorsConfig, options: CompileOptions = {}): CompiledPolicy {
  const issues: CorsIssue[] = [];
  const reportAs =
    (severity: CorsIssue['severity']): Report =>
    (code, path, value, message) => {
      issues.push({ severity, code, path, value, message });
    };
  const reports = { error: reportAs('error'), warning: reportAs('warning') };
  checkTypes(config, reports.error);
  // Nothing further can be said about values of another type.
  if (issues.some((issue) => issue.code === 'wrong-type')) return { ok: false, issues };
  const origins = checkOrigins(config, options, reports);
  checkNames(config, reports);
  if (issues.some((issue) => issue.severity === 'error')) return { ok: false, issues };
  if (origins.length === 0) {
    reports.warning(
      'no-origins',
      'origins',
      config.origins,
      'No origin is listed: nobody is allowed.',
    );
  }
  return { ok: true, policy: policyOf(config, origins), warnings: issues };
}

function policyOf(config: CorsConfig, checked: readonly CheckedOrigin[]): CorsPolicy {
  const methods = config.methods ?? [];
  const headers = (config.requestHeaders ?? []).map((name) => name.toLowerCase());
  // Beside "*" nothing else counts: an origin echoed without Vary would stick in caches.
  const any = checked.find(({ pattern }) => pattern.kind === 'any');
  const origins = originSet(
    (any === undefined ? checked : [any]).map(
      ({ text, pattern }) => [pattern, classOf(text, pattern)] as const,
    ),
  );
  const anyOrigin = origins.any !== undefined;
  return Object.freeze({
    credentials: config.credentials === true,
    anyOrigin,
    insecureOrigins: config.credentials !== true || config.dangerouslyAllowInsecureOrigins === true,
    anyMethod: methods.includes('*'),
    anyRequestHeader: headers.includes('*'),
    methods: new Set([...safelistedMethods, ...methods]),
    requestHeaders: new Set(headers),
    grantedLists: new Set<string>(),
    origins,
    answers: fixedAnswers(config, anyOrigin),
  });
}

function classOf(text: string, pattern: OriginPattern): OriginClass {
  if (pattern.kind === 'any') return { text, reason: anyOriginReason, origin: '*' };
  if (pattern.kind === 'exact') return exactOrigin;
  return { text, reason: exactOrigin.reason, origin: undefined };
}
