import { checkOrigins } from '../check-origins.ts';
import type { CorsConfig } from '../config.ts';
import type { CorsIssue, CorsIssueCode } from '../issue.ts';
import { compilePolicy } from '../policy.ts';
import type { Edit, Finding, Found, LintOptions } from './finding.ts';
import { foreignName } from './foreign-names.ts';
import { meantOrigin } from './meant-origin.ts';
import { lintNetwork, lintPrivateNetwork } from './network.ts';

/** Everything that can be said of a policy's configuration. */
export function lintPolicy(config: CorsConfig, options: LintOptions): readonly Finding[] {
  const compiled = compilePolicy(config, options);
  const issues = compiled.ok ? compiled.warnings : compiled.issues;
  const findings: Finding[] = issues.map((issue) => findingOf(issue, config));
  // Of values of another type nothing more can be said.
  if (issues.some(({ code }) => code === 'wrong-type')) return findings;
  const found: Found = (finding) => void findings.push({ fix: [], ...finding });
  for (const key of ['requestHeaders', 'exposeHeaders'] as const) {
    for (const [index, value] of (config[key] ?? []).entries()) {
      lintPrivateNetwork({ path: `${key}[${index}]`, value }, found);
    }
  }
  const silent = { error: () => undefined, warning: () => undefined };
  for (const { text, pattern, path } of checkOrigins(config, options, silent)) {
    lintNetwork(pattern, { path, value: text }, options, found);
  }
  return findings;
}

function findingOf(issue: CorsIssue, config: CorsConfig): Finding {
  const { severity, code, path, value, message } = issue;
  const foreign = code === 'unknown-key' ? foreignName(path, value) : undefined;
  if (foreign !== undefined) return { severity, code, path, value, ...foreign };
  const fix = fixes[code]?.(issue) ?? [];
  return { severity, code, path, value, message, fix: fix.map((edit) => inRule(edit, config)) };
}

/** An origin may be the `pattern` of a rule, whose other members stay as they are. */
function inRule(edit: Edit, config: CorsConfig): Edit {
  if (edit.op !== 'set') return edit;
  const index = /^origins\[(\d+)\]$/.exec(edit.path)?.[1];
  const written = index === undefined ? undefined : config.origins[Number(index)];
  return typeof written === 'object' ? { ...edit, path: `${edit.path}.pattern` } : edit;
}

const remove = ({ path }: CorsIssue): readonly Edit[] => [{ op: 'remove', path }];
const set = (path: string, value: unknown): readonly Edit[] => [{ op: 'set', path, value }];

/** The methods that pages use, for a "*" that does nothing with credentials. */
const commonMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** How each problem is corrected; what is missing here only its author can correct. */
const fixes: Readonly<Partial<Record<CorsIssueCode, (issue: CorsIssue) => readonly Edit[]>>> = {
  'unknown-key': remove,
  'wrong-type': ({ path, value }) => (typeof value === 'string' ? listOf(path, value) : []),
  duplicate: remove,
  'origin-invalid': meant,
  'origin-pattern-invalid': meant,
  'origin-null': remove,
  'origin-null-with-credentials': remove,
  'origin-public-suffix': remove,
  'origin-insecure-with-credentials': ({ path, value }) =>
    set(path, String(value).replace('http://', 'https://')),
  'origin-redundant': remove,
  'wildcard-with-credentials': withoutCredentials,
  'wildcard-without-authorization': () => [
    { op: 'append', path: 'requestHeaders', value: 'authorization' },
  ],
  'method-invalid': remove,
  'method-forbidden': remove,
  'method-case': ({ path, value }) => set(path, String(value).toUpperCase()),
  'header-invalid': remove,
  'header-forbidden': remove,
  'expose-invalid': remove,
  'expose-forbidden': remove,
  'preflight-answer-wider': ({ path }) => set(path, 'static-full'),
  'max-age-invalid': ({ path, value }) => set(path, nearestAge(value)),
};

function meant({ path, value }: CorsIssue): readonly Edit[] {
  const origin = meantOrigin(String(value));
  return origin === undefined ? [] : set(path, origin);
}

/** A `*` among the origins was meant for everybody, which works without credentials only. */
function withoutCredentials({ path }: CorsIssue): readonly Edit[] {
  if (path.startsWith('origins')) return set('credentials', false);
  if (path === 'preflightAnswer') return set(path, 'static-full');
  const edits: Edit[] = [{ op: 'remove', path }];
  if (path.startsWith('methods')) {
    edits.push(
      ...commonMethods.map((value) => ({ op: 'append', path: 'methods', value }) as const),
    );
  }
  return edits;
}

function listOf(path: string, text: string): readonly Edit[] {
  if (!['origins', 'methods', 'requestHeaders', 'exposeHeaders'].includes(path)) return [];
  return set(
    path,
    text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  );
}

function nearestAge(value: unknown): number {
  const seconds = Math.round(Number(value));
  return Number.isNaN(seconds) ? 600 : Math.min(Math.max(seconds, 0), 86_400);
}
