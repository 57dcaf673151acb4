import { isOws, isTokenCode } from './tokens.ts';

/**
 * The field names of a `Vary` value, each once, in their order and first spelling (RFC 9110 section
 * 12.5.5). `*` absorbs everything else. What is no field name is left out: a `Vary` copied together
 * from somewhere must not carry anything further.
 *
 * @param value - The field's value, or its values when it has several lines.
 * @returns Names, `['*']`, or nothing.
 *
 * @example
 * parseVary(['Accept, origin', 'Origin']) // ['Accept', 'origin']
 *
 * @example
 * // Not so: a name has no spaces.
 * parseVary('Accept Origin') // []
 */
export function parseVary(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  const names: string[] = [];
  const seen = new Set<string>();
  for (const line of typeof value === 'string' ? [value] : value) {
    for (const element of line.split(',')) {
      const name = trimmed(element);
      if (name === '*') return ['*'];
      const key = name?.toLowerCase();
      if (name === undefined || key === undefined || seen.has(key)) continue;
      seen.add(key);
      names.push(name);
    }
  }
  return names;
}

/**
 * Adds names to a `Vary` value. When nothing is to be added, the value comes back as it was, so
 * that what the application wrote is not touched.
 *
 * @param current - What the answer says so far.
 * @param names - What it must say as well, for example `decision.vary`.
 * @returns The value to send; empty when there is nothing to say.
 *
 * @example
 * mergeVary('Accept-Encoding', ['Origin']) // 'Accept-Encoding, Origin'
 * mergeVary('origin', ['Origin']) // 'origin'
 *
 * @example
 * // Not so: beside `*` nothing else counts.
 * mergeVary('*', ['Origin']) // '*'
 */
export function mergeVary(
  current: string | readonly string[] | undefined,
  names: readonly string[],
): string {
  const had = parseVary(current);
  const merged = parseVary([...had, ...names]);
  const unchanged = merged.length === had.length && merged.every((name, at) => name === had[at]);
  if (unchanged && typeof current === 'string') return current;
  return merged.join(', ');
}

/** The element without whitespace around it; `undefined` when it is no field name. */
function trimmed(element: string): string | undefined {
  let start = 0;
  let end = element.length;
  while (start < end && isOws(element.charCodeAt(start))) start += 1;
  while (end > start && isOws(element.charCodeAt(end - 1))) end -= 1;
  for (let index = start; index < end; index += 1) {
    if (!isTokenCode(element.charCodeAt(index))) return undefined;
  }
  return start === end ? undefined : element.slice(start, end);
}
