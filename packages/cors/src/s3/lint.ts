import { isToken } from '../tokens.ts';
import type { S3CorsRule } from './rule.ts';

/** What S3 accepts in a rule although it cannot do what was meant. */
export type S3CorsWarningCode =
  | 'origin-empty'
  | 'origin-never-matches'
  | 'origin-wildcard-wide'
  | 'header-never-matches'
  | 'expose-not-a-header'
  | 'max-age-negative'
  | 'max-age-over-cap'
  | 'rule-unreachable';

/** Something in a configuration that deserves a word. */
export interface S3CorsWarning {
  readonly severity: 'warning';
  readonly code: S3CorsWarningCode;
  /** Where: `[1].AllowedOrigins[0]`. */
  readonly path: string;
  readonly value: unknown;
  readonly message: string;
}

/** Firefox keeps a preflight for no longer than a day; every other browser for less. */
const maxAgeCapSeconds = 86_400;

/**
 * Names what S3 accepts in a configuration but what no browser's request will ever meet, or what
 * admits more than it seems to.
 */
export function lintS3Cors(rules: readonly S3CorsRule[]): readonly S3CorsWarning[] {
  const warnings: S3CorsWarning[] = [];
  for (const [index, rule] of rules.entries()) {
    const warn = (
      code: S3CorsWarningCode,
      where: string,
      value: unknown,
      message: string,
    ): void => {
      const path = where === '' ? `[${index}]` : `[${index}].${where}`;
      warnings.push({ severity: 'warning', code, path, value, message });
    };
    for (const [at, origin] of (rule.AllowedOrigins ?? []).entries()) {
      lintOrigin(origin, `AllowedOrigins[${at}]`, warn);
    }
    for (const [at, name] of (rule.AllowedHeaders ?? []).entries()) {
      if (isToken(name)) continue;
      const message = `"${name}" is no header name, so no request can ask for it.`;
      warn('header-never-matches', `AllowedHeaders[${at}]`, name, message);
    }
    for (const [at, name] of (rule.ExposeHeaders ?? []).entries()) {
      if (isToken(name)) continue;
      const message = `"${name}" is no header name and is left out of Access-Control-Expose-Headers.`;
      warn('expose-not-a-header', `ExposeHeaders[${at}]`, name, message);
    }
    lintMaxAge(rule.MaxAgeSeconds, warn);
    const before = rules.slice(0, index).findIndex((earlier) => covers(earlier, rule));
    if (before !== -1) {
      const message = `Rule ${before} comes first and allows everything that this rule allows, so this one is never reached.`;
      warn('rule-unreachable', '', rule.ID ?? index, message);
    }
  }
  return warnings;
}

type Warn = (code: S3CorsWarningCode, where: string, value: unknown, message: string) => void;

function lintMaxAge(seconds: number | undefined, warn: Warn): void {
  if (seconds === undefined) return;
  if (seconds < 0) {
    const message =
      'A negative age is no age to a browser: Chromium does not cache, others use 5 s.';
    warn('max-age-negative', 'MaxAgeSeconds', seconds, message);
  } else if (seconds > maxAgeCapSeconds) {
    const message =
      'Browsers cap the age: Firefox at 86400 s, Chromium at 7200 s, Safari at 600 s.';
    warn('max-age-over-cap', 'MaxAgeSeconds', seconds, message);
  }
}

function lintOrigin(origin: string, where: string, warn: Warn): void {
  if (origin === '') {
    warn('origin-empty', where, origin, 'An empty origin never matches.');
    return;
  }
  if (origin === '*' || origin === 'null') return;
  const schemeEnd = origin.indexOf('://');
  const star = origin.indexOf('*');
  if (star !== -1 && (star < schemeEnd + 3 || schemeEnd === -1)) {
    const message = `"*" before the host lets strangers choose it: "${origin}" also matches a host that only ends like yours, with credentials. Write "https://*.example.com".`;
    warn('origin-wildcard-wide', where, origin, message);
    return;
  }
  const rest = origin.slice(schemeEnd + 3);
  if (star !== -1 && !rest.startsWith('*.') && !rest.endsWith(':*')) {
    const message = `"*" inside a host lets strangers choose a part of it: "${origin}" matches more hosts than it seems. Write "https://*.example.com".`;
    warn('origin-wildcard-wide', where, origin, message);
  }
  const never = whyNever(origin, schemeEnd, rest);
  if (never !== undefined) {
    warn('origin-never-matches', where, origin, `No browser sends this origin: ${never}.`);
  }
}

function whyNever(origin: string, schemeEnd: number, rest: string): string | undefined {
  if (schemeEnd <= 0) return 'it has no scheme, such as https://';
  if (origin !== origin.toLowerCase()) return 'browsers send lower case';
  if (rest.includes('/')) return 'an origin ends after the host and port, without a slash';
  const scheme = origin.slice(0, schemeEnd);
  if (scheme === 'http' && rest.endsWith(':80')) return 'browsers leave out port 80';
  if (scheme === 'https' && rest.endsWith(':443')) return 'browsers leave out port 443';
  return undefined;
}

/** Whether every request that the later rule matches is matched by the earlier one; only the plain
 * cases are seen: each of its values stands in the earlier rule, or the earlier rule has `*`. */
function covers(earlier: S3CorsRule, later: S3CorsRule): boolean {
  return (
    holds(earlier.AllowedOrigins, later.AllowedOrigins) &&
    holds(earlier.AllowedMethods, later.AllowedMethods) &&
    holds(lower(earlier.AllowedHeaders), lower(later.AllowedHeaders))
  );
}

function holds(all: readonly string[] = [], some: readonly string[] = []): boolean {
  return all.includes('*') || some.every((value) => all.includes(value));
}

function lower(names: readonly string[] = []): readonly string[] {
  return names.map((name) => name.toLowerCase());
}
