import type { Reports } from './check-names.ts';
import type { CorsConfig } from './config.ts';
import { originProblems } from './origin.ts';
import { parseOriginPattern } from './origin-pattern.ts';
import type { OriginPattern, OriginPatternProblem } from './origin-pattern.ts';
import { findOrigin, originSet } from './origin-set.ts';

/** Knowledge that a policy's check needs and that this package does not carry. */
export interface CompileOptions {
  /**
   * Whether everybody can register names below this host, as the Public Suffix List says:
   * `co.uk`, `github.io`. Without it, only hosts of one label, such as `com`, count as such.
   *
   * @param host - Lower-case, without a dot at either end.
   */
  readonly isPublicSuffix?: ((host: string) => boolean) | undefined;
}

/** A pattern that passed its checks, with the text that it was written as, and where. */
export interface CheckedOrigin {
  readonly text: string;
  readonly path: string;
  readonly pattern: OriginPattern;
}

/** What each problem of a pattern means, as the end of a sentence that begins with the value. */
export const patternProblems: Readonly<Record<OriginPatternProblem, string>> = {
  ...originProblems,
  'any-host': 'stands for every host there is; list hosts, or "*" without credentials',
  wildcard: 'has "*" where none can be; write https://*.example.com or http://localhost:*',
  'wildcard-scheme': 'has "*" under a scheme other than http and https; list the whole origin',
};

/** Checks the origins and parses them. What is refused is reported and left out. */
export function checkOrigins(
  config: CorsConfig,
  options: CompileOptions,
  reports: Reports,
): readonly CheckedOrigin[] {
  const checked: CheckedOrigin[] = [];
  const seen = new Map<string, string>();
  for (const [index, entry] of config.origins.entries()) {
    const path = `origins[${index}]`;
    const text = typeof entry === 'string' ? entry : entry.pattern;
    const labels = typeof entry === 'string' ? undefined : entry.labels;
    const parsed = parseOriginPattern(text, {
      ...(labels === undefined ? {} : { labels }),
      underscore: config.allowUnderscoreInHosts === true,
    });
    const earlier = seen.get(text);
    if (earlier !== undefined) {
      reports.error('duplicate', path, text, `"${text}" stands at ${earlier} already.`);
    } else if (!parsed.ok) {
      reports.error(codeOf(text, parsed.problem), path, text, sentence(text, parsed.problem));
    } else if (isAllowed(parsed.pattern, { config, options, path, text }, reports)) {
      checked.push({ text, pattern: parsed.pattern, path });
    }
    seen.set(text, path);
  }
  warnOfRedundant(checked, reports);
  return checked;
}

interface Place {
  readonly config: CorsConfig;
  readonly options: CompileOptions;
  readonly path: string;
  readonly text: string;
}

function isAllowed(pattern: OriginPattern, place: Place, reports: Reports): boolean {
  const { config, options, path, text } = place;
  const credentials = config.credentials === true;
  if (pattern.kind === 'any') {
    if (!credentials) return true;
    const message =
      'Browsers refuse "*" together with credentials, and echoing every origin instead gives every site the cookies of its visitors; list the origins.';
    reports.error('wildcard-with-credentials', path, text, message);
    return false;
  }
  if (pattern.kind === 'null') {
    if (credentials) {
      const message =
        'Every site can make a request with the origin null, in a sandboxed frame, so that with credentials it lets everybody in.';
      reports.error('origin-null-with-credentials', path, text, message);
      return false;
    }
    if (config.dangerouslyAllowNullOrigin === true) return true;
    const message =
      'null is no origin but the absence of one: every sandboxed frame, data: URL and local file has it. Set dangerouslyAllowNullOrigin if that is meant.';
    reports.error('origin-null', path, text, message);
    return false;
  }
  if (credentials && !pattern.secure && config.dangerouslyAllowInsecureOrigins !== true) {
    const message = `"${text}" is not encrypted: whoever is on the network can put a page there that reads with the visitor's cookies. Use https, or set dangerouslyAllowInsecureOrigins.`;
    reports.error('origin-insecure-with-credentials', path, text, message);
    return false;
  }
  if (pattern.kind !== 'subdomains' || config.dangerouslyAllowPublicSuffixes === true) return true;
  if (!isPublicSuffix(pattern.base, options)) return true;
  const message = `Everybody can register a name below "${pattern.base}"; write a host of your own, or set dangerouslyAllowPublicSuffixes.`;
  reports.error('origin-public-suffix', path, text, message);
  return false;
}

function isPublicSuffix(host: string, options: CompileOptions): boolean {
  if (host === 'localhost') return false;
  return !host.includes('.') || options.isPublicSuffix?.(host) === true;
}

function codeOf(
  text: string,
  problem: OriginPatternProblem,
): 'origin-any-host' | 'origin-pattern-invalid' | 'origin-invalid' {
  if (problem === 'any-host') return 'origin-any-host';
  return text.includes('*') ? 'origin-pattern-invalid' : 'origin-invalid';
}

function sentence(text: string, problem: OriginPatternProblem): string {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return `"${shown}" ${patternProblems[problem]}.`;
}

/** An exact origin that a pattern covers is not wrong, but whoever removes it later removes
 * nothing. */
function warnOfRedundant(checked: readonly CheckedOrigin[], reports: Reports): void {
  const patterns = originSet(
    checked
      .filter(({ pattern }) => pattern.kind !== 'exact')
      .map((each) => [each.pattern, each] as const),
  );
  for (const each of checked) {
    if (each.pattern.kind === 'any') continue;
    const origin = each.pattern.kind === 'exact' ? each.pattern.origin : undefined;
    const cover = origin === undefined ? patterns.any : findOrigin(patterns, origin);
    if (cover === undefined) continue;
    const message = `"${each.text}" is allowed by "${cover.text}" already.`;
    reports.warning('origin-redundant', each.path, each.text, message);
  }
}
