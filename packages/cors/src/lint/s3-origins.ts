import { patternProblems } from '../check-origins.ts';
import { isLoopback } from '../origin.ts';
import { parseOriginPattern } from '../origin-pattern.ts';
import { hasTwoWildcards, wildcard } from '../s3/wildcard.ts';
import type { Edit, Found, LintCode, LintOptions } from './finding.ts';
import { meantOrigin } from './meant-origin.ts';
import { lintNetwork, type Place } from './network.ts';
import { allWithin } from './s3-cover.ts';

/**
 * Says what is unsafe or without effect in one of a rule's origins. S3 allows credentials to every
 * origin but `*`, so that whatever a pattern admits reads with the visitor's cookies.
 */
export function lintS3Origin(place: Place, options: LintOptions, found: Found): void {
  const { path, value } = place;
  const remove: readonly Edit[] = [{ op: 'remove', path }];
  const warn = (code: LintCode, message: string, fix: readonly Edit[]): void => {
    found({ ...place, severity: 'warning', code, message, fix });
  };
  const replace = (text: string | undefined): readonly Edit[] =>
    text === undefined ? [] : [{ op: 'set', path, value: text }];
  // Two of them S3 refuses, which is another finding.
  if (value === '*' || hasTwoWildcards(value)) return;
  if (value === '') {
    warn('origin-empty', 'An empty origin never matches.', remove);
    return;
  }
  if (value === 'null') {
    const message =
      'null is what every sandboxed frame, data: URL and local file of every attacker has, and S3 gives it credentials.';
    warn('origin-null', message, remove);
    return;
  }
  const star = value.indexOf('*');
  if (star !== -1 && isWide(value, star)) {
    const message = `"${value}" lets strangers choose a part of the host that is not theirs, and S3 gives them credentials. Write https://*.example.com for the hosts below one.`;
    warn('origin-wildcard-wide', message, replace(narrower(value)));
    return;
  }
  const parsed = parseOriginPattern(value);
  if (!parsed.ok) {
    const message = `No browser sends this origin: it ${patternProblems[parsed.problem]}.`;
    warn('origin-never-matches', message, replace(meantOrigin(value)));
    return;
  }
  const { pattern } = parsed;
  if (pattern.kind === 'subdomains' && isPublicSuffix(pattern.base, options)) {
    const message = `Everybody can register a name below "${pattern.base}"; write a host of your own.`;
    warn('origin-public-suffix', message, remove);
    return;
  }
  if ('secure' in pattern && !pattern.secure) {
    const message = `"${value}" is not encrypted: whoever is on the network can put a page there, and S3 gives it credentials.`;
    warn('origin-insecure', message, replace(value.replace('http://', 'https://')));
  }
  lintNetwork(pattern, place, options, found);
}

/** Whether `*` stands for anything but the labels before a host, or a port. */
function isWide(value: string, star: number): boolean {
  const hostStart = value.indexOf('://') + 3;
  if (hostStart === 2 || star < hostStart) return true;
  if (star === hostStart) return value.charAt(star + 1) !== '.';
  return !value.endsWith(':*');
}

/** What was meant by a wide pattern, as far as it allows nothing that the pattern does not. */
function narrower(value: string): string | undefined {
  const parts = wildcard(value);
  const after = parts?.suffix.replace(/^\./, '') ?? '';
  // Anybody's host, as it is: with `*` it is the same, but without credentials.
  if (after === '') return parts?.prefix.replace(/^https?:\/\/|^http/, '') === '' ? '*' : undefined;
  const meant = [`https://*.${after}`, `https://${after.replace(/^s?:\/\//, '')}`];
  return meant.find((text) => parseOriginPattern(text).ok && allWithin(value, text));
}

function isPublicSuffix(host: string, options: LintOptions): boolean {
  if (host === 'localhost' || isLoopback(host)) return false;
  return !host.includes('.') || options.isPublicSuffix?.(host) === true;
}
