import type { CorsFacts } from '@causeway/cors';

/** What one measured row is about. */
export interface Case {
  readonly id: string;
  readonly kind: 'actual' | 'preflight' | 'hostile';
  /** How the origins are listed: letter by letter, or as `https://*.` of a host. */
  readonly patterns: 'exact' | 'subdomains';
  readonly origins: number;
  /** `Access-Control-Request-Headers`; a browser's usual one unless told. */
  readonly asked?: string | undefined;
}

/** From 0 to below `below`; the same for the same seed. */
export type Roll = (below: number) => number;

/** The largest head that Node reads; nothing longer reaches an application. */
const hostileChars = 16_384;
/** The longest list that the engine reads at all (`requestHeaderLimits.charsMax`). */
const readChars = 8192;
const sizes = [1, 100, 10_000] as const;

/** The headers that a policy of the bench allows, and a list of them as a browser sends it. */
export const allowedHeaders = ['authorization', 'content-type', 'x-request-id'] as const;
const askedHeaders = 'content-type,x-request-id';

export const cases: readonly Case[] = [
  ...(['actual', 'preflight'] as const).flatMap((kind) =>
    (['exact', 'subdomains'] as const).flatMap((patterns) =>
      sizes.map((origins) => ({ id: `${kind}, ${patterns}`, kind, patterns, origins })),
    ),
  ),
  ...[hostileChars, readChars].flatMap((chars) =>
    Object.entries(hostileLists(chars)).map(([name, asked]) => {
      const id = `${chars / 1024} KiB of ${name}`;
      return { id, kind: 'hostile', patterns: 'exact', origins: 100, asked } as const;
    }),
  ),
];

/** The patterns of a policy, as they are written in its configuration. */
export function originsOf({ patterns, origins }: Case): readonly string[] {
  const below = patterns === 'exact' ? '' : '*.';
  return Array.from(
    { length: origins },
    (_, index) => `https://${below}tenant-${index}.example.com`,
  );
}

/**
 * Requests from origins anywhere in the list, so that none of them is near by luck. Every text is a
 * new one, as from a socket: V8 keeps the hash of a string that it has looked up before.
 */
export function requestsOf(one: Case, count: number, roll: Roll): readonly CorsFacts[] {
  return Array.from({ length: count }, () => {
    const host = `tenant-${roll(one.origins)}.example.com`;
    const below = one.patterns === 'exact' ? '' : `app-${roll(1000)}.`;
    const origin = afresh(`https://${below}${host}`);
    if (one.kind === 'actual') return { method: 'GET', origin };
    const requestHeaders = afresh(one.asked ?? askedHeaders);
    return { method: 'OPTIONS', origin, requestMethod: afresh('PUT'), requestHeaders };
  });
}

/** The same text as a new string. */
export function afresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Lists that are made to cost: what a regular expression, a split or a set would work longest on. */
export function hostileLists(chars: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: 5000 }, (_, index) => (index % 1000).toString(36)).join(',');
  const mixed = 'x-a ,\t,, X-B,\t \t, authorization ,';
  return {
    // A space within a list is the one that a backtracking `\s*,\s*` tries from every position.
    spaces: `x-a${' '.repeat(chars - 6)}x-b`,
    commas: ','.repeat(chars),
    '5,000 names': names.padEnd(chars, ',z').slice(0, chars),
    'all of it': mixed.repeat(Math.ceil(chars / mixed.length)).slice(0, chars),
  };
}

/** A roll that is the same for the same seed (mulberry32). */
export function rolls(seed: number): Roll {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
