import { maxAgeMax } from '../check-names.ts';
import { isForbiddenRequestName, isForbiddenResponseHeader } from '../forbidden-names.ts';
import type { S3CorsRule } from '../s3/rule.ts';
import { isToken } from '../tokens.ts';
import type { Edit, Found, LintCode, LintOptions } from './finding.ts';
import { lintPrivateNetwork } from './network.ts';
import { allWithin, shadows } from './s3-cover.ts';
import { lintS3Origin } from './s3-origins.ts';

type Warn = (code: LintCode, where: string, value: unknown, told: Told) => void;
interface Told {
  readonly message: string;
  readonly fix: readonly Edit[];
}

/** Says what S3 accepts in a rule although it is unsafe or without effect. */
export function lintS3Rule(
  rules: readonly S3CorsRule[],
  index: number,
  { root, options, found }: { root: string; options: LintOptions; found: Found },
): void {
  const rule = rules[index];
  if (rule === undefined) return;
  const path = `${root}[${index}]`;
  const warn: Warn = (code, where, value, told) => {
    found({ severity: 'warning', code, path: `${path}${where}`, value, ...told });
  };
  for (const [at, value] of (rule.AllowedOrigins ?? []).entries()) {
    lintS3Origin({ path: `${path}.AllowedOrigins[${at}]`, value }, options, found);
  }
  lintRedundant(rule, path, warn);
  for (const [at, value] of (rule.AllowedHeaders ?? []).entries()) {
    const place = { path: `${path}.AllowedHeaders[${at}]`, value };
    if (!lintPrivateNetwork(place, found)) lintHeader(value, at, path, warn);
  }
  for (const [at, value] of (rule.ExposeHeaders ?? []).entries()) {
    const place = { path: `${path}.ExposeHeaders[${at}]`, value };
    if (!lintPrivateNetwork(place, found)) lintExposed(value, at, path, warn);
  }
  lintEtag(rule, path, warn);
  lintMaxAge(rule.MaxAgeSeconds, path, warn);
  lintOrder(rules, index, root, warn);
}

/** An origin beside one that covers it does nothing but mislead whoever removes it later. */
function lintRedundant(rule: S3CorsRule, path: string, warn: Warn): void {
  const origins = rule.AllowedOrigins ?? [];
  for (const [at, origin] of origins.entries()) {
    const cover = origins.find(
      (other, index) =>
        index !== at && allWithin(other, origin) && (other !== origin || index < at),
    );
    if (cover === undefined) continue;
    const where = `.AllowedOrigins[${at}]`;
    const message = `"${cover}" in the same rule allows it already.`;
    const fix = [{ op: 'remove', path: path + where } as const];
    warn('origin-redundant', where, origin, { message, fix });
  }
}

function lintHeader(name: string, at: number, path: string, warn: Warn): void {
  const where = `.AllowedHeaders[${at}]`;
  const fix = [{ op: 'remove', path: path + where } as const];
  if (!isToken(name)) {
    const message = `"${name}" is no header name, so that no request can ask for it.`;
    warn('header-invalid', where, name, { message, fix });
  } else if (isForbiddenRequestName(name)) {
    const message = `Browsers let no page set ${name}, so that no preflight ever asks for it.`;
    warn('header-forbidden', where, name, { message, fix });
  }
}

function lintExposed(name: string, at: number, path: string, warn: Warn): void {
  // S3 refuses a `*` here, which is another finding.
  if (name.includes('*')) return;
  const where = `.ExposeHeaders[${at}]`;
  const fix = [{ op: 'remove', path: path + where } as const];
  if (!isToken(name)) {
    const message = `"${name}" is no header name and is left out of Access-Control-Expose-Headers.`;
    warn('expose-invalid', where, name, { message, fix });
  } else if (isForbiddenResponseHeader(name)) {
    const message = `Browsers show ${name} to no page.`;
    warn('expose-forbidden', where, name, { message, fix });
  }
}

/** Uploads in parts are completed with the ETag of each part (API_CompleteMultipartUpload). */
function lintEtag(rule: S3CorsRule, path: string, warn: Warn): void {
  const exposed = rule.ExposeHeaders ?? [];
  if (rule.AllowedMethods?.includes('PUT') !== true) return;
  if (exposed.some((name) => name.toLowerCase() === 'etag')) return;
  const message =
    'Pages can upload, but not in parts: that takes the ETag of each part, which they cannot read. Expose ETag.';
  const fix = [{ op: 'append', path: `${path}.ExposeHeaders`, value: 'ETag' } as const];
  warn('etag-not-exposed', '.ExposeHeaders', exposed, { message, fix });
}

function lintMaxAge(seconds: number | undefined, path: string, warn: Warn): void {
  if (seconds === undefined) return;
  const where = '.MaxAgeSeconds';
  const set = (value: number): readonly Edit[] => [{ op: 'set', path: path + where, value }];
  if (seconds < 0) {
    const message =
      'A negative age is no age to a browser: Chromium does not keep the answer, others keep it for 5 s. Write 0.';
    warn('max-age-negative', where, seconds, { message, fix: set(0) });
  } else if (seconds > maxAgeMax) {
    const message = `Browsers cap the age: Firefox at ${maxAgeMax} s, Chromium at 7200 s, Safari at 600 s.`;
    warn('max-age-over-cap', where, seconds, { message, fix: set(maxAgeMax) });
  }
}

/** The first rule that matches decides, so that a broad rule hides the special ones after it. */
function lintOrder(rules: readonly S3CorsRule[], index: number, root: string, warn: Warn): void {
  const rule = rules[index] ?? {};
  const methods = rule.AllowedMethods ?? [];
  const hidden = methods.map((method) =>
    rules.slice(0, index).findIndex((earlier) => shadows(earlier, rule, method)),
  );
  if (methods.length > 0 && !hidden.includes(-1)) {
    const before = [...new Set(hidden)].toSorted((one, other) => one - other).join(' and ');
    const message = `Everything that this rule allows is decided by rule ${before} before it, with that rule's headers and age; put this one first, or remove it.`;
    const fix = [{ op: 'remove', path: `${root}[${index}]` } as const];
    warn('rule-unreachable', '', rule.ID ?? index, { message, fix });
    return;
  }
  for (const [at, before] of hidden.entries()) {
    if (before === -1) continue;
    const where = `.AllowedMethods[${at}]`;
    const message = `${methods[at]} from these origins is decided by rule ${before} before this one, with that rule's headers and age; put this rule first if its own are meant.`;
    const fix = [{ op: 'remove', path: `${root}[${index}]${where}` } as const];
    warn('method-shadowed', where, methods[at], { message, fix });
  }
}
