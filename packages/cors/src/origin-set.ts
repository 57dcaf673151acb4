import { areLabels, defaultPort, originCharsMax, parsePort } from './origin.ts';
import type { OriginPattern } from './origin-pattern.ts';

/** The longest host name there is (RFC 1035 section 2.3.4, less the root's dot). */
const hostCharsMax = 253;

type Subdomains = Extract<OriginPattern, { kind: 'subdomains' }>;

/** A `*.` pattern without its base, and the next one of the same base. */
interface Below<Value> extends Pick<Subdomains, 'scheme' | 'port' | 'labels'> {
  readonly value: Value;
  next: Below<Value> | undefined;
}

/** Origins to be found in, each with what belongs to it. Made by `originSet`. */
export interface OriginSet<Value> {
  /** What `*` stands for; absent when it is not listed. */
  readonly any: Value | undefined;
  readonly exact: ReadonlyMap<string, Value>;
  /** Scheme and host of the origins with any port. */
  readonly anyPort: ReadonlyMap<string, Value>;
  /** The `*.` patterns by their bases. */
  readonly subdomains: ReadonlyMap<string, Below<Value>>;
  /** 1 at the length of every base: most ends of a host need no look-up. */
  readonly baseLengths: Uint8Array;
}

/**
 * Indexes patterns, so that finding an origin among ten thousand costs as much as among ten: exact
 * origins are hashed, `*.` patterns by the hosts that they are below of. Of two entries for the same
 * pattern the first counts.
 *
 * @example
 * const set = originSet([[{ kind: 'exact', origin: 'https://a.test', secure: true }, 'first']]);
 * findOrigin(set, 'https://a.test') // 'first'
 *
 * @example
 * // Not so: the host itself is not below itself.
 * const { pattern } = parseOriginPattern('https://*.example.com');
 * findOrigin(originSet([[pattern, true]]), 'https://example.com') // undefined
 */
export function originSet<Value>(
  entries: Iterable<readonly [pattern: OriginPattern, value: Value]>,
): OriginSet<Value> {
  const exact = new Map<string, Value>();
  const anyPort = new Map<string, Value>();
  const subdomains = new Map<string, Below<Value>>();
  const baseLengths = new Uint8Array(hostCharsMax + 1);
  let any: Value | undefined;
  for (const [pattern, value] of entries) {
    if (pattern.kind === 'any') any ??= value;
    else if (pattern.kind === 'null') setFirst(exact, 'null', value);
    else if (pattern.kind === 'exact') setFirst(exact, pattern.origin, value);
    else if (pattern.kind === 'any-port') setFirst(anyPort, pattern.origin, value);
    else {
      const { scheme, base, port, labels } = pattern;
      const below: Below<Value> = { scheme, port, labels, value, next: undefined };
      const first = subdomains.get(base);
      if (first === undefined) subdomains.set(inOnePiece(base), below);
      else lastOf(first).next = below;
      baseLengths[pattern.base.length] = 1;
    }
  }
  return { any, exact, anyPort, subdomains, baseLengths };
}

/**
 * Finds what belongs to an origin: the exact entry, else the one for any port, else the deepest
 * `*.` pattern, else `*`. The origin is compared byte for byte and never normalised. What is longer
 * than any origin is refused before anything else happens.
 *
 * @param origin - The value of an `Origin` header, of any length and content.
 *
 * @example
 * const { pattern } = parseOriginPattern('https://*.example.com');
 * findOrigin(originSet([[pattern, 'below']]), 'https://a.b.example.com') // 'below'
 *
 * @example
 * // Not so: `_` stands in no label of a host name.
 * const { pattern } = parseOriginPattern('https://*.example.com');
 * findOrigin(originSet([[pattern, 'below']]), 'https://x_.example.com') // undefined
 */
export function findOrigin<Value>(set: OriginSet<Value>, origin: string): Value | undefined {
  if (origin.length > originCharsMax) return set.any;
  if (set.exact.size > 0) {
    const exact = set.exact.get(origin);
    if (exact !== undefined) return exact;
  }
  if (set.anyPort.size === 0 && set.subdomains.size === 0) return set.any;
  // Cut and compared, which takes half as long as `startsWith`.
  const scheme = origin.slice(0, 8) === 'https://' ? 'https' : 'http';
  const hostStart = scheme.length + 3;
  if (scheme === 'http' && origin.slice(0, 7) !== 'http://') return set.any;
  const hostEnd = endOfHost(origin);
  let port: number | undefined;
  if (hostEnd < origin.length) {
    port = parsePort(origin.slice(hostEnd + 1));
    if (port === undefined || port === defaultPort(scheme)) return set.any;
  }
  if (set.anyPort.size > 0) {
    const found = set.anyPort.get(origin.slice(0, hostEnd));
    if (found !== undefined) return found;
  }
  return findBelow(set, { origin, scheme, hostStart, hostEnd, port }) ?? set.any;
}

interface Located {
  readonly origin: string;
  readonly scheme: 'http' | 'https';
  readonly hostStart: number;
  readonly hostEnd: number;
  readonly port: number | undefined;
}

/** From the left, so that the first base that is found is the deepest. The leftmost label is what
 * `*` stands for; it is never a part of a base. */
function findBelow<Value>(set: OriginSet<Value>, located: Located): Value | undefined {
  const { origin, hostStart, hostEnd } = located;
  if (hostEnd - hostStart > hostCharsMax) return undefined;
  for (let dot = origin.indexOf('.', hostStart); dot !== -1; dot = origin.indexOf('.', dot + 1)) {
    if (set.baseLengths[hostEnd - dot - 1] !== 1) continue;
    let below = set.subdomains.get(origin.slice(dot + 1, hostEnd));
    while (below !== undefined && !admits(below, located, dot)) below = below.next;
    if (below !== undefined) return below.value;
  }
  return undefined;
}

/** @param dot - Where the base begins: what stands before is what `*` stands for. */
function admits(pattern: Omit<Below<unknown>, 'next'>, located: Located, dot: number): boolean {
  const { origin, scheme, hostStart, port } = located;
  return (
    pattern.scheme === scheme &&
    (pattern.port === 'any' || pattern.port === port) &&
    areLabels(origin, hostStart, dot) &&
    (pattern.labels === 'any' || origin.lastIndexOf('.', dot - 1) < hostStart)
  );
}

/** Where the host ends: at the colon before the port, or at the end. */
function endOfHost(origin: string): number {
  let index = origin.length;
  while (index > 0 && isDigit(origin.charCodeAt(index - 1))) index -= 1;
  if (index === origin.length) return origin.charCodeAt(index - 1) === 0x3a ? index - 1 : index;
  return origin.charCodeAt(index - 1) === 0x3a ? index - 1 : origin.length;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function setFirst<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(inOnePiece(key), value);
}

function lastOf<Value>(below: Below<Value>): Below<Value> {
  let last = below;
  while (last.next !== undefined) last = last.next;
  return last;
}

/** The same text as one run of characters. What was put together or cut out refers to other strings
 * in V8, and every comparison would follow that: a look-up takes twice as long. */
function inOnePiece(text: string): string {
  return text.split('').join('');
}
