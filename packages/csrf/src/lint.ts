import { findOrigin } from '@causeway/cors';
import type { OriginPattern, OriginSet } from '@causeway/cors';
import type { CsrfIssue } from './issue.ts';
import { patternsOf, textOf } from './origin-patterns.ts';
import type { CsrfPolicy } from './policy.ts';

/** What is compared of a CORS policy. */
export interface CredentialedOrigins {
  readonly credentials: boolean;
  readonly origins: OriginSet<object>;
}

/**
 * Finds where a CORS policy and a CSRF policy contradict each other: an origin that may read answers
 * with the visitor's cookies but may change nothing, and one that may change things but not read
 * what came of it. Both are warnings: there are applications that mean it.
 *
 * @param cors - A `CorsPolicy` of `@causeway/cors`.
 *
 * @example
 * // Permitted: when the program starts, and in a test.
 * for (const { message } of lintTrust(csrf, cors)) log.warn(message);
 *
 * @example
 * // Prohibited: to keep two lists by hand. One list cannot contradict itself.
 * compileCsrf({ publicOrigins, trustedOrigins: cors.origins })
 */
export function lintTrust(csrf: CsrfPolicy, cors: CredentialedOrigins): readonly CsrfIssue[] {
  const issues: CsrfIssue[] = [];
  // Without credentials a CORS policy says nothing about what a visitor's cookies may do.
  for (const pattern of cors.credentials ? patternsOf(cors.origins) : []) {
    if (samples(pattern).every((origin) => isTrusted(csrf, origin))) continue;
    const value = textOf(pattern);
    const message = `CORS lets "${value}" read with the visitor's cookies, but its POST is refused as forged; list it in trustedOrigins, or take it out of the CORS policy.`;
    issues.push({
      severity: 'warning',
      code: 'cors-origin-not-trusted',
      path: 'trustedOrigins',
      value,
      message,
    });
  }
  for (const pattern of patternsOf(csrf.trusted)) {
    const allowed = (origin: string): boolean => findOrigin(cors.origins, origin) !== undefined;
    if (cors.credentials && samples(pattern).every(allowed)) continue;
    const value = textOf(pattern);
    const message = `"${value}" may change state with the visitor's cookies, but CORS does not let it read the answer with them; if it only sends forms, that is right.`;
    issues.push({
      severity: 'warning',
      code: 'trusted-origin-without-cors',
      path: 'trustedOrigins',
      value,
      message,
    });
  }
  return issues;
}

function isTrusted({ own, trusted }: CsrfPolicy, origin: string): boolean {
  return own.has(origin) || findOrigin(trusted, origin) !== undefined;
}

/** Origins that nobody lists one by one, so that only an equally wide pattern holds all of them. */
function samples(pattern: OriginPattern): readonly string[] {
  if (pattern.kind === 'any' || pattern.kind === 'null') return [];
  if (pattern.kind === 'exact') return [pattern.origin];
  const ports = ['', ':49149', ':65534'];
  if (pattern.kind === 'any-port') return ports.map((port) => pattern.origin + port);
  const { scheme, base, port, labels } = pattern;
  const hosts = labels === 'one' ? ['q7'] : ['q7', 'q8.q7'];
  const own = port === undefined ? [''] : [`:${port}`];
  return hosts.flatMap((host) =>
    (port === 'any' ? ports : own).map((each) => `${scheme}://${host}.${base}${each}`),
  );
}
