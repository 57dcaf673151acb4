import type { Outcome } from './scenario.ts';

/** The first ask that browser and model see differently; undefined when they agree. A browser names a
 * failure only where CORS made it, and only Chromium names any; not everything has a timing entry. */
export function firstDifference(
  seen: readonly Outcome[],
  said: readonly Outcome[],
): number | undefined {
  const at = seen.findIndex((outcome, index) => {
    const other = said[index];
    return other === undefined || differing(outcome, other).length > 0;
  });
  return at === -1 ? undefined : at;
}

/** The fields that differ, each with both sides. */
export function differing(
  seen: Outcome,
  said: Outcome,
): readonly (readonly [field: string, seen: string, said: string])[] {
  return fields.flatMap((field) => {
    const told = field !== 'failure' && field !== 'timing';
    if (!told && seen[field] === undefined) return [];
    const [a, b] = [JSON.stringify(seen[field]), JSON.stringify(said[field])];
    return a === b ? [] : [[field, a ?? '-', b ?? '-'] as const];
  });
}

const fields = ['verdict', 'status', 'headers', 'body', 'timing', 'requests', 'failure'] as const;
