import type { Origin, OriginProblem } from './origin.ts';
import { isLoopback, parseOrigin, serializeOrigin } from './origin.ts';

/** Origins that a policy names together. */
export type OriginPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'null' }
  | { readonly kind: 'exact'; readonly origin: string; readonly secure: boolean }
  | {
      /** `http://localhost:*`: that scheme and host, any port. */
      readonly kind: 'any-port';
      /** The origin without its port: `http://localhost`. */
      readonly origin: string;
      readonly secure: boolean;
    }
  | {
      /** `https://*.example.com`: the hosts below it, never the host itself. */
      readonly kind: 'subdomains';
      readonly scheme: 'http' | 'https';
      /** The host after `*.`. */
      readonly base: string;
      readonly port: number | 'any' | undefined;
      /** How many labels `*` may stand for. */
      readonly labels: 'any' | 'one';
      readonly secure: boolean;
    };

/** Why a text is no pattern: what is wrong with the origin in it, or with its `*`. */
export type OriginPatternProblem = OriginProblem | 'any-host' | 'wildcard' | 'wildcard-scheme';

/** What parsing a pattern came to. */
export type ParsedOriginPattern =
  | { readonly ok: true; readonly pattern: OriginPattern }
  | { readonly ok: false; readonly problem: OriginPatternProblem };

/**
 * Parses what a policy may list as an origin: an origin, `*`, `null`, `https://*.example.com` and
 * `http://localhost:*`. There are no regular expressions: an unescaped dot or a missing anchor has
 * opened more servers than anything else in CORS.
 *
 * @param options - `labels`: how many labels `*.` stands for, any number unless told.
 * `underscore`: accept `_` in an exact host.
 *
 * @example
 * parseOriginPattern('https://app.example.com')
 * // { ok: true, pattern: { kind: 'exact', origin: 'https://app.example.com', secure: true } }
 *
 * @example
 * // Not so: `*` stands for whole labels.
 * parseOriginPattern('https://app*.example.com') // { ok: false, problem: 'wildcard' }
 */
export function parseOriginPattern(
  text: string,
  options: { readonly labels?: 'any' | 'one'; readonly underscore?: boolean } = {},
): ParsedOriginPattern {
  if (text === '*') return { ok: true, pattern: { kind: 'any' } };
  const anyPort = text.endsWith(':*');
  const written = anyPort ? text.slice(0, -2) : text;
  const hostStart = written.indexOf('://') + 3;
  if (hostStart > 2 && isAnyHost(written.slice(hostStart))) {
    return { ok: false, problem: 'any-host' };
  }
  const below = hostStart > 2 && written.startsWith('*.', hostStart);
  const plain = below ? written.slice(0, hostStart) + written.slice(hostStart + 2) : written;
  if (plain.includes('*')) return { ok: false, problem: 'wildcard' };
  const parsed = parseOrigin(plain, { underscore: options.underscore === true && !below });
  if (!parsed.ok) return parsed;
  const { origin } = parsed;
  if (origin.kind === 'opaque') {
    return anyPort ? { ok: false, problem: 'wildcard' } : { ok: true, pattern: { kind: 'null' } };
  }
  if (anyPort && origin.port !== undefined) return { ok: false, problem: 'port' };
  const secure = origin.scheme !== 'http' || isLoopback(origin.host);
  if (below) return subdomains(origin, anyPort, options.labels ?? 'any');
  if (!anyPort) {
    return { ok: true, pattern: { kind: 'exact', origin: serializeOrigin(origin), secure } };
  }
  if (!isWeb(origin.scheme)) return { ok: false, problem: 'wildcard-scheme' };
  return { ok: true, pattern: { kind: 'any-port', origin: serializeOrigin(origin), secure } };
}

function subdomains(
  origin: Extract<Origin, { kind: 'tuple' }>,
  anyPort: boolean,
  labels: 'any' | 'one',
): ParsedOriginPattern {
  const { scheme, host, port } = origin;
  if (!isWeb(scheme)) return { ok: false, problem: 'wildcard-scheme' };
  // An address has no subdomains; a root dot leaves a pattern that nobody means.
  const address = host.startsWith('[') || isDigit(host.charCodeAt(host.length - 1));
  if (address || host.endsWith('.')) return { ok: false, problem: 'wildcard' };
  const secure = scheme === 'https' || isLoopback(host);
  const ports = anyPort ? ('any' as const) : port;
  return {
    ok: true,
    pattern: { kind: 'subdomains', scheme, base: host, port: ports, labels, secure },
  };
}

function isAnyHost(authority: string): boolean {
  return authority === '*' || authority.startsWith('*:');
}

function isWeb(scheme: string): scheme is 'http' | 'https' {
  return scheme === 'http' || scheme === 'https';
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
