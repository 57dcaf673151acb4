import { decisionCache } from './decision-cache.ts';
import type { DecisionCache } from './decision-cache.ts';
import { methodBit } from './rule.ts';
import type { S3CorsRule } from './rule.ts';
import { exposableHeaders, validateS3Cors } from './validate.ts';
import type { S3CorsIssue } from './validate.ts';
import { matchesWildcard, wildcard } from './wildcard.ts';
import type { Wildcard } from './wildcard.ts';

/** A rule, made ready to be compared. */
export interface CompiledS3Rule {
  readonly id: string | undefined;
  readonly exactOrigins: ReadonlySet<string>;
  readonly originWildcards: readonly Wildcard[];
  /** The rule lists `*`: the answer is `*`, never an echo, and never with credentials. */
  readonly anyOrigin: boolean;
  /** Bits of `methodBit`. */
  readonly methods: number;
  /** The value of `Access-Control-Allow-Methods`. */
  readonly allowMethods: string;
  readonly anyHeader: boolean;
  /** Lower-case. */
  readonly exactHeaders: ReadonlySet<string>;
  readonly headerWildcards: readonly Wildcard[];
  /** The value of `Access-Control-Expose-Headers`; absent when nothing is exposed. */
  readonly exposeHeaders: string | undefined;
  /** The value of `Access-Control-Max-Age`; absent when the rule does not say. */
  readonly maxAge: string | undefined;
}

/** An origin pattern with the index of its rule. */
export interface RuleWildcard extends Wildcard {
  readonly rule: number;
}

/** A bucket's CORS configuration, compiled. Immutable to its users; made by `compileS3Cors`. */
export interface S3CorsPolicy {
  readonly rules: readonly CompiledS3Rule[];
  /** Exact origins, each with the rules that list it, in order.
   * @internal */
  readonly exact: ReadonlyMap<string, readonly number[]>;
  /** Origins with `*`, in the order of their rules.
   * @internal */
  readonly wildcards: readonly RuleWildcard[];
  /** Decisions already made, bounded.
   * @internal */
  readonly cache: DecisionCache;
}

/** What compiling came to. */
export type CompiledS3Cors =
  | {
      readonly ok: true;
      readonly policy: S3CorsPolicy;
    }
  | {
      readonly ok: false;
      /** Everything for which S3 refuses the configuration; S3 itself answers the first. */
      readonly issues: readonly [S3CorsIssue, ...S3CorsIssue[]];
    };

/**
 * Compiles the rules of PutBucketCors (API_PutBucketCors) into a policy for `decideS3`. Pure: the
 * rules are read once and not kept, so changing them later changes nothing.
 *
 * @param rules - The rules in their order; the first that matches a request decides.
 * @returns The policy, or every reason for which S3 refuses the configuration. What S3 accepts although
 * it cannot have been meant, `lint` of `@causeway/cors/lint` says.
 *
 * @example
 * const compiled = compileS3Cors([{ AllowedOrigins: ['https://app.test'], AllowedMethods: ['PUT'] }]);
 * if (!compiled.ok) throw new S3Error(compiled.issues[0].error, { message: compiled.issues[0].message });
 * decideS3(compiled.policy, { method: 'GET', origin: 'https://app.test' });
 *
 * @example
 * compileS3Cors([{ AllowedOrigins: ['*.*'], AllowedMethods: ['PATCH'] }]).ok // false, two issues
 */
export function compileS3Cors(rules: readonly S3CorsRule[]): CompiledS3Cors {
  const [first, ...more] = validateS3Cors(rules);
  if (first !== undefined) return { ok: false, issues: [first, ...more] };
  const compiled = rules.map((rule) => compileRule(rule));
  const exact = new Map<string, number[]>();
  const wildcards: RuleWildcard[] = [];
  for (const [index, rule] of compiled.entries()) {
    for (const origin of rule.exactOrigins) {
      const listed = exact.get(origin);
      if (listed === undefined) exact.set(origin, [index]);
      else listed.push(index);
    }
    for (const pattern of rule.originWildcards) wildcards.push({ ...pattern, rule: index });
  }
  return {
    ok: true,
    policy: Object.freeze({ rules: compiled, exact, wildcards, cache: decisionCache() }),
  };
}

function compileRule(rule: S3CorsRule): CompiledS3Rule {
  const origins = rule.AllowedOrigins ?? [];
  const methods = rule.AllowedMethods ?? [];
  const headers = (rule.AllowedHeaders ?? []).map((name) => name.toLowerCase());
  const exposed = exposableHeaders(rule);
  return Object.freeze({
    id: rule.ID,
    exactOrigins: new Set(origins.filter((origin) => !origin.includes('*'))),
    originWildcards: wildcardsOf(origins),
    anyOrigin: origins.includes('*'),
    methods: methods.reduce((mask, method) => mask | methodBit(method), 0),
    allowMethods: methods.join(', '),
    anyHeader: headers.includes('*'),
    exactHeaders: new Set(headers.filter((name) => !name.includes('*'))),
    headerWildcards: wildcardsOf(headers),
    exposeHeaders: exposed.length === 0 ? undefined : exposed.join(', '),
    maxAge: rule.MaxAgeSeconds === undefined ? undefined : String(rule.MaxAgeSeconds),
  });
}

function wildcardsOf(patterns: readonly string[]): readonly Wildcard[] {
  return patterns.flatMap((pattern) => wildcard(pattern) ?? []);
}

/** Whether the rule lists the origin, exactly or by a pattern. */
export function allowsOrigin(rule: CompiledS3Rule, origin: string): boolean {
  return rule.exactOrigins.has(origin) || matchesAny(rule.originWildcards, origin);
}

function matchesAny(patterns: readonly Wildcard[], value: string): boolean {
  for (const pattern of patterns) {
    if (matchesWildcard(pattern, value)) return true;
  }
  return false;
}

/**
 * The first of the requested headers that the rule does not allow.
 *
 * @param names - Lower-case header names.
 * @returns `undefined` when it allows all of them.
 */
export function refusedHeader(rule: CompiledS3Rule, names: readonly string[]): string | undefined {
  if (rule.anyHeader) return undefined;
  for (const name of names) {
    if (!rule.exactHeaders.has(name) && !matchesAny(rule.headerWildcards, name)) return name;
  }
  return undefined;
}

/**
 * The index of the first rule that allows all three, as S3 evaluates: origin, then method, then
 * every requested header. -1 when there is none.
 */
export function firstMatch(
  policy: S3CorsPolicy,
  origin: string,
  method: number,
  names: readonly string[],
): number {
  const { rules, wildcards } = policy;
  const exact = policy.exact.get(origin) ?? [];
  let nextExact = 0;
  let nextWildcard = 0;
  for (;;) {
    const listed = exact[nextExact] ?? rules.length;
    let index = listed;
    for (; nextWildcard < wildcards.length; nextWildcard += 1) {
      const pattern = wildcards[nextWildcard];
      if (pattern === undefined || pattern.rule > listed) break;
      if (matchesWildcard(pattern, origin)) {
        index = pattern.rule;
        nextWildcard += 1;
        break;
      }
    }
    const rule = rules[index];
    if (rule === undefined) return -1;
    if ((rule.methods & method) !== 0 && refusedHeader(rule, names) === undefined) return index;
    if (index === listed) nextExact += 1;
  }
}
