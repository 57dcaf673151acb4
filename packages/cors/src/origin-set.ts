import { areLabels, defaultPort, originCharsMax, parsePort } from './origin.ts';
import type { OriginPattern } from './origin-pattern.ts';

type Subdomains = Extract<OriginPattern, { kind: 'subdomains' }>;

interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  /** The patterns whose base ends at this node. */
  readonly below: { readonly pattern: Subdomains; readonly value: Value }[];
}

/** Origins to be found in, each with what belongs to it. Made by `originSet`. */
export interface OriginSet<Value> {
  /** What `*` stands for; absent when it is not listed. */
  readonly any: Value | undefined;
  readonly exact: ReadonlyMap<string, Value>;
  /** Scheme and host of the origins with any port. */
  readonly anyPort: ReadonlyMap<string, Value>;
  /** The bases of `*.` patterns, label by label from the right. */
  readonly subdomains: Node<Value>;
}

/**
 * Indexes patterns, so that finding an origin among ten thousand costs as much as among ten: exact
 * origins are hashed, `*.` patterns are a tree of reversed labels. Of two entries for the same
 * pattern the first counts.
 */
export function originSet<Value>(
  entries: Iterable<readonly [pattern: OriginPattern, value: Value]>,
): OriginSet<Value> {
  const exact = new Map<string, Value>();
  const anyPort = new Map<string, Value>();
  const subdomains: Node<Value> = { children: new Map(), below: [] };
  let any: Value | undefined;
  for (const [pattern, value] of entries) {
    if (pattern.kind === 'any') any ??= value;
    else if (pattern.kind === 'null') setFirst(exact, 'null', value);
    else if (pattern.kind === 'exact') setFirst(exact, pattern.origin, value);
    else if (pattern.kind === 'any-port') setFirst(anyPort, pattern.origin, value);
    else nodeOf(subdomains, pattern.base).below.push({ pattern, value });
  }
  return { any, exact, anyPort, subdomains };
}

/**
 * Finds what belongs to an origin: the exact entry, else the one for any port, else the deepest
 * `*.` pattern, else `*`. The origin is compared byte for byte and never normalised. What is longer
 * than any origin is refused before anything else happens.
 *
 * @param origin - The value of an `Origin` header, of any length and content.
 *
 * @example
 * findOrigin(set, 'https://a.b.example.com') // by https://*.example.com
 * findOrigin(set, 'https://x_.example.com') // undefined: no label of a host name
 */
export function findOrigin<Value>(set: OriginSet<Value>, origin: string): Value | undefined {
  if (origin.length > originCharsMax) return set.any;
  const exact = set.exact.get(origin);
  if (exact !== undefined) return exact;
  if (set.anyPort.size === 0 && set.subdomains.children.size === 0) return set.any;
  const scheme = origin.startsWith('https://') ? 'https' : 'http';
  const hostStart = scheme.length + 3;
  if (scheme === 'http' && !origin.startsWith('http://')) return set.any;
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
  return findBelow(set.subdomains, { origin, scheme, hostStart, hostEnd, port }) ?? set.any;
}

interface Located {
  readonly origin: string;
  readonly scheme: 'http' | 'https';
  readonly hostStart: number;
  readonly hostEnd: number;
  readonly port: number | undefined;
}

function findBelow<Value>(root: Node<Value>, located: Located): Value | undefined {
  const { origin, hostStart } = located;
  if (located.hostEnd - hostStart > 253) return undefined;
  let node: Node<Value> | undefined = root;
  let end = located.hostEnd;
  let found: Value | undefined;
  for (;;) {
    const dot = origin.lastIndexOf('.', end - 1);
    // The leftmost label is what `*` stands for; it is never a part of a base.
    if (dot < hostStart) return found;
    node = node.children.get(origin.slice(dot + 1, end));
    if (node === undefined) return found;
    for (const { pattern, value } of node.below) {
      if (admits(pattern, located, dot)) found = value;
    }
    end = dot;
  }
}

/** @param dot - Where the base begins: what stands before is what `*` stands for. */
function admits(pattern: Subdomains, located: Located, dot: number): boolean {
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
  if (!map.has(key)) map.set(key, value);
}

function nodeOf<Value>(root: Node<Value>, base: string): Node<Value> {
  let node = root;
  for (const label of base.split('.').toReversed()) {
    const child = node.children.get(label) ?? { children: new Map(), below: [] };
    node.children.set(label, child);
    node = child;
  }
  return node;
}
