import { isLoopback, parseOrigin, parseOriginPattern } from '@causeway/cors';
import type { OriginPattern, OriginSet } from '@causeway/cors';

/** The patterns that a set was made of. */
export function* patternsOf(set: OriginSet<object>): Generator<OriginPattern> {
  if (set.any !== undefined) yield { kind: 'any' };
  const texts = [...set.exact.keys(), ...[...set.anyPort.keys()].map((origin) => `${origin}:*`)];
  for (const text of texts) {
    const parsed = parseOriginPattern(text, { underscore: true });
    if (parsed.ok) yield parsed.pattern;
  }
  for (const [base, first] of set.subdomains) {
    for (let below: typeof first | undefined = first; below !== undefined; below = below.next) {
      const { scheme, port, labels } = below;
      const secure = scheme === 'https' || isLoopback(base);
      yield { kind: 'subdomains', scheme, base, port, labels, secure };
    }
  }
}

/** A pattern as it is written in a configuration. */
export function textOf(pattern: OriginPattern): string {
  if (pattern.kind === 'any') return '*';
  if (pattern.kind === 'null') return 'null';
  if (pattern.kind === 'exact') return pattern.origin;
  if (pattern.kind === 'any-port') return `${pattern.origin}:*`;
  const port = pattern.port === undefined ? '' : `:${pattern.port === 'any' ? '*' : pattern.port}`;
  return `${pattern.scheme}://*.${pattern.base}${port}`;
}

/** Whether the origin is neither encrypted nor this machine, so that browsers send no Fetch
 * Metadata to it (Secure Contexts, "potentially trustworthy origin"). */
export function isInsecure(text: string): boolean {
  const parsed = parseOrigin(text, { underscore: true });
  if (!parsed.ok || parsed.origin.kind === 'opaque') return false;
  return parsed.origin.scheme === 'http' && !isLoopback(parsed.origin.host);
}
