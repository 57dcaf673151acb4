import type { S3CorsRule } from '../s3/rule.ts';
import { matchesWildcard, wildcard } from '../s3/wildcard.ts';

/** Whether everything that the narrow pattern matches is matched by the wide one; both with one `*`
 * at most. */
export function allWithin(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const outer = wildcard(wide);
  if (outer === undefined) return false;
  const inner = wildcard(narrow);
  if (inner === undefined) return matchesWildcard(outer, narrow);
  return inner.prefix.startsWith(outer.prefix) && inner.suffix.endsWith(outer.suffix);
}

/** Whether each of the values is within one of the patterns. */
export function allCovered(
  patterns: readonly string[] | undefined = [],
  values: readonly string[] | undefined = [],
): boolean {
  return values.every((value) => patterns.some((pattern) => allWithin(pattern, value)));
}

/** Whether every request of this method that the later rule matches is matched by the earlier one.
 * Only single patterns are compared: what several of them cover together is not seen. */
export function shadows(earlier: S3CorsRule, later: S3CorsRule, method: string): boolean {
  return (
    earlier.AllowedMethods?.includes(method) === true &&
    allCovered(earlier.AllowedOrigins, later.AllowedOrigins) &&
    allCovered(lower(earlier.AllowedHeaders), lower(later.AllowedHeaders))
  );
}

function lower(names: readonly string[] | undefined): readonly string[] {
  return (names ?? []).map((name) => name.toLowerCase());
}
