/** A value with one `*`: what stands before it and what stands after. */
export interface Wildcard {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Splits a pattern at its `*`.
 *
 * @returns `undefined` when it has none: the value is then compared as it is.
 */
export function wildcard(pattern: string): Wildcard | undefined {
  const star = pattern.indexOf('*');
  if (star === -1) return undefined;
  return { prefix: pattern.slice(0, star), suffix: pattern.slice(star + 1) };
}

/**
 * Whether the value begins with the prefix and ends with the suffix, without the two overlapping:
 * `*` may stand for nothing (`start*end` matches `startend`), but `ab*bc` never matches `abc`,
 * which is what CloudServer and Ceph get wrong.
 */
export function matchesWildcard(pattern: Wildcard, value: string): boolean {
  const { prefix, suffix } = pattern;
  return (
    value.length >= prefix.length + suffix.length &&
    value.startsWith(prefix) &&
    value.endsWith(suffix)
  );
}

/** Whether the pattern has more than one `*`, which S3 refuses. */
export function hasTwoWildcards(pattern: string): boolean {
  const star = pattern.indexOf('*');
  return star !== -1 && pattern.includes('*', star + 1);
}
