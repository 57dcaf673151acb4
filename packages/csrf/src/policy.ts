import {
  isToken,
  originSet,
  parseOrigin,
  parseOriginPattern,
  serializeOrigin,
} from '@causeway/cors';
import type { OriginPattern, OriginSet } from '@causeway/cors';
import { checkTypes } from './check-types.ts';
import type { CsrfConfig } from './config.ts';
import { CsrfPolicyError } from './issue.ts';
import type { CsrfIssue, CsrfIssueCode } from './issue.ts';
import { isInsecure, patternsOf, textOf } from './origin-patterns.ts';

/** A checked configuration, made ready to decide by. Immutable; made by `compileCsrf`. */
export interface CsrfPolicy {
  /** The public origins, as browsers write them. */
  readonly own: ReadonlySet<string>;
  readonly trusted: OriginSet<object>;
  /** Undefined: every cookie is one. */
  readonly sessionCookies: ReadonlySet<string> | undefined;
  readonly withoutOrigin: 'if-no-credentials' | 'token' | 'dangerously-allow';
  readonly tokenRequired: boolean;
  readonly safeMethods: ReadonlySet<string>;
  readonly isolation: boolean;
  readonly exempt: ReadonlySet<object>;
  readonly mode: 'enforce' | 'report';
}

/** What compiling came to. */
export type CompiledCsrf =
  | {
      readonly ok: true;
      readonly policy: CsrfPolicy;
      /** What is allowed to be so, but has hardly been meant. */
      readonly warnings: readonly CsrfIssue[];
    }
  | { readonly ok: false; readonly issues: readonly CsrfIssue[] };

/**
 * Checks a configuration and compiles it. Every problem is reported at once. Pure.
 *
 * @returns The policy with its warnings, or all issues. `csrfPolicy` throws the latter.
 *
 * @example
 * // Permitted.
 * compileCsrf({ publicOrigins: ['https://bank.example'], trustedOrigins: corsPolicy.origins })
 *
 * @example
 * // Prohibited: to trust everybody is to have no defence.
 * compileCsrf({ publicOrigins: ['https://bank.example'], trustedOrigins: ['*'] })
 * // { ok: false, issues: [{ code: 'trusted-any-origin', path: 'trustedOrigins[0]', … }] }
 */
export function compileCsrf(config: CsrfConfig): CompiledCsrf {
  const issues: CsrfIssue[] = checkTypes(config);
  // Nothing further can be said about values of another type.
  if (issues.some(({ code }) => code === 'wrong-type')) return { ok: false, issues };
  const own = checkPublicOrigins(config, issues);
  const trusted = checkTrustedOrigins(config, issues);
  checkCookies(config, issues);
  if (config.withoutOrigin === 'dangerously-allow') {
    const message =
      'A request without Origin passes with all its cookies; a proxy that removes headers switches the defence off.';
    warn(issues, 'without-origin-allowed', ['withoutOrigin', config.withoutOrigin, message]);
  }
  if (issues.some(({ severity }) => severity === 'error')) return { ok: false, issues };
  const safe = ['GET', 'HEAD', 'OPTIONS'];
  if (config.query === 'safe') safe.push('QUERY');
  const policy: CsrfPolicy = Object.freeze({
    own: new Set(own),
    trusted,
    sessionCookies: config.sessionCookies && new Set(config.sessionCookies),
    withoutOrigin: config.withoutOrigin ?? 'if-no-credentials',
    tokenRequired: config.token === 'required',
    safeMethods: new Set(safe),
    isolation: config.isolation === true,
    exempt: new Set(config.exempt),
    mode: config.mode ?? 'enforce',
  });
  return { ok: true, policy, warnings: issues };
}

/**
 * Makes a policy, for programs that cannot start without it.
 *
 * @throws CsrfPolicyError with every issue, when the configuration is refused.
 *
 * @example
 * // Permitted: once, when the program starts.
 * const policy = csrfPolicy({ publicOrigins: ['https://bank.example'] });
 *
 * @example
 * // Prohibited: from what a request says, which its sender chose.
 * const policy = csrfPolicy({ publicOrigins: [`https://${request.headers.host}`] });
 */
export function csrfPolicy(config: CsrfConfig): CsrfPolicy {
  const compiled = compileCsrf(config);
  if (!compiled.ok) throw new CsrfPolicyError(compiled.issues);
  return compiled.policy;
}

type Found = readonly [path: string, value: unknown, message: string];

function refuse(issues: CsrfIssue[], code: CsrfIssueCode, [path, value, message]: Found): void {
  issues.push({ severity: 'error', code, path, value, message });
}

function warn(issues: CsrfIssue[], code: CsrfIssueCode, [path, value, message]: Found): void {
  issues.push({ severity: 'warning', code, path, value, message });
}

function checkPublicOrigins(config: CsrfConfig, issues: CsrfIssue[]): readonly string[] {
  const own: string[] = [];
  for (const [index, text] of config.publicOrigins.entries()) {
    const path = `publicOrigins[${index}]`;
    const parsed = parseOrigin(text, { underscore: true });
    if (!parsed.ok || parsed.origin.kind === 'opaque') {
      const problem = parsed.ok ? 'opaque' : parsed.problem;
      const message = `"${shown(text)}" is no origin as browsers send it (${problem}); write scheme, host and a port that is not the default: https://bank.example.`;
      refuse(issues, 'public-origin-invalid', [path, text, message]);
      continue;
    }
    own.push(serializeOrigin(parsed.origin));
    if (isInsecure(text)) {
      const message = `"${text}" is not encrypted: browsers send Sec-Fetch-Site only to https and to this machine, so that only Origin decides; and whoever is on the network can send anything.`;
      warn(issues, 'public-origin-insecure', [path, text, message]);
    }
  }
  if (config.publicOrigins.length === 0) {
    const message = 'List the origins that visitors see: without one no Origin can be recognised.';
    refuse(issues, 'no-public-origin', ['publicOrigins', config.publicOrigins, message]);
  }
  return own;
}

function checkTrustedOrigins(config: CsrfConfig, issues: CsrfIssue[]): OriginSet<object> {
  const given = config.trustedOrigins ?? [];
  if ('exact' in given) {
    for (const pattern of patternsOf(given)) {
      checkTrusted(pattern, `trustedOrigins(${textOf(pattern)})`, { config, issues });
    }
    return given;
  }
  const entries: (readonly [OriginPattern, object])[] = [];
  for (const [index, text] of given.entries()) {
    const path = `trustedOrigins[${index}]`;
    const parsed = parseOriginPattern(text, { underscore: true });
    if (parsed.ok) {
      checkTrusted(parsed.pattern, path, { config, issues });
      entries.push([parsed.pattern, parsed.pattern]);
    } else {
      const message = `"${shown(text)}" is neither an origin nor a pattern of origins (${parsed.problem}).`;
      refuse(issues, 'trusted-origin-invalid', [path, text, message]);
    }
  }
  return originSet(entries);
}

interface Checking {
  readonly config: CsrfConfig;
  readonly issues: CsrfIssue[];
}

function checkTrusted(pattern: OriginPattern, path: string, { config, issues }: Checking): void {
  const text = textOf(pattern);
  if (pattern.kind === 'any') {
    const message = 'To trust every origin is to have no defence; list the origins.';
    refuse(issues, 'trusted-any-origin', [path, text, message]);
  } else if (pattern.kind === 'null') {
    const message = 'Every site can send the origin null, from a sandboxed frame.';
    refuse(issues, 'trusted-null', [path, text, message]);
  } else if (!pattern.secure && config.dangerouslyTrustInsecureOrigins !== true) {
    const message = `"${text}" is not encrypted: whoever is on the network can put a page there. Use https, or set dangerouslyTrustInsecureOrigins.`;
    refuse(issues, 'trusted-insecure', [path, text, message]);
  } else if (pattern.kind === 'subdomains' && isSuffix(pattern.base)) {
    const message = `Everybody can register a name below "${pattern.base}"; write a host of your own.`;
    refuse(issues, 'trusted-public-suffix', [path, text, message]);
  }
}

function isSuffix(host: string): boolean {
  return !host.includes('.') && host !== 'localhost';
}

function checkCookies(config: CsrfConfig, issues: CsrfIssue[]): void {
  for (const [index, name] of (config.sessionCookies ?? []).entries()) {
    if (isToken(name)) continue;
    const message = `"${shown(name)}" is no name of a cookie (RFC 6265 section 4.1.1).`;
    refuse(issues, 'cookie-name-invalid', [`sessionCookies[${index}]`, name, message]);
  }
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
