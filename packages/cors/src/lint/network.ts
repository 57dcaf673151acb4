import { knownSpace } from '../browser/local-network.ts';
import { isLoopback } from '../origin.ts';
import type { OriginPattern } from '../origin-pattern.ts';
import type { Found, LintOptions } from './finding.ts';

/** A place in what is looked at. */
export interface Place {
  readonly path: string;
  readonly value: string;
}

/**
 * Says what Local Network Access makes of an origin, where the server is nearer to the visitor than
 * the page. https://wicg.github.io/local-network-access/#local-network-access-check
 */
export function lintNetwork(
  pattern: OriginPattern,
  place: Place,
  { server = 'public' }: LintOptions,
  found: Found,
): void {
  if (server === 'public' || pattern.kind === 'any' || pattern.kind === 'null') return;
  const origin =
    pattern.kind === 'subdomains' ? `${pattern.scheme}://${pattern.base}` : pattern.origin;
  const host = hostOf(origin);
  const page = knownSpace(host) ?? 'public';
  if (page === 'loopback' || page === server) return;
  if (origin.startsWith('http://') && !isLoopback(host)) {
    found({
      ...place,
      severity: 'warning',
      code: 'local-network-insecure',
      message: `Chromium lets no page without https reach a ${server} address, whatever CORS says; serve the page over https.`,
      fix: [{ op: 'set', path: place.path, value: place.value.replace('http://', 'https://') }],
    });
    return;
  }
  found({
    ...place,
    severity: 'warning',
    code: 'local-network-permission',
    message: `Chromium asks the visitor before this page may reach a ${server} address, and a "no" looks like a network error; have the page say what the question is for.`,
  });
}

/** Says that a header of Private Network Access does nothing any more. */
export function lintPrivateNetwork(place: Place, found: Found): boolean {
  const name = place.value.toLowerCase();
  if (!/^access-control-(?:allow|request)-private-network$/.test(name)) return false;
  found({
    ...place,
    severity: 'warning',
    code: 'private-network-obsolete',
    message:
      'Private Network Access was given up before any browser enforced it, and this header with it; Local Network Access asks the visitor and no server.',
    fix: [{ op: 'remove', path: place.path }],
  });
  return true;
}

function hostOf(origin: string): string {
  const authority = origin.slice(origin.indexOf('://') + 3);
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority;
}
