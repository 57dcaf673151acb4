import type { Edit } from './finding.ts';

/**
 * Makes changes to a copy: values are set first, then list elements and keys are removed, from the
 * last to the first, then values are appended. Of two changes to one place the first counts. What
 * has no place is passed over.
 *
 * @param subject - JSON; it is not changed.
 *
 * @example
 * applyEdits({ origins: ['https://a.test/'] }, [{ op: 'set', path: 'origins[0]', value: 'https://a.test' }])
 * // { origins: ['https://a.test'] }
 *
 * @example
 * // Not so: what has no place is passed over, and nothing is made up for it.
 * applyEdits({ origins: [] }, [{ op: 'set', path: 'rules[3].id', value: 'x' }]) // { origins: [] }
 */
export function applyEdits(subject: unknown, edits: readonly Edit[]): unknown {
  const root = { subject: copyOf(subject) };
  const removed = new Set(edits.filter(({ op }) => op === 'remove').map(({ path }) => path));
  const set = new Set<string>();
  for (const edit of edits) {
    if (edit.op !== 'set' || removed.has(edit.path) || set.has(edit.path)) continue;
    set.add(edit.path);
    const place = placeOf(root, edit.path);
    if (place !== undefined) Reflect.set(place.parent, place.key, copyOf(edit.value));
  }
  for (const path of [...removed].toSorted(fromLast)) {
    const place = placeOf(root, path);
    if (place === undefined) continue;
    if (Array.isArray(place.parent)) place.parent.splice(Number(place.key), 1);
    else Reflect.deleteProperty(place.parent, place.key);
  }
  for (const edit of edits) if (edit.op === 'append') append(root, edit.path, edit.value);
  return root.subject;
}

function append(root: object, path: string, value: string): void {
  const place = placeOf(root, path);
  if (place === undefined) return;
  const list: unknown = Reflect.get(place.parent, place.key);
  if (list === undefined) Reflect.set(place.parent, place.key, [value]);
  else if (Array.isArray(list) && !list.includes(value)) list.push(value);
}

/** Deeper and later places first, so that no removal moves another's place. */
function fromLast(one: string, other: string): number {
  const [ones, others] = [keysOf(one), keysOf(other)];
  for (const [index, key] of ones.entries()) {
    const against = others[index];
    if (against === undefined) return -1;
    if (key === against) continue;
    return Number(against) - Number(key) || (key < against ? 1 : -1);
  }
  return others.length > ones.length ? 1 : 0;
}

interface Place {
  readonly parent: object;
  readonly key: string;
}

function placeOf(root: object, path: string): Place | undefined {
  const keys = ['subject', ...keysOf(path)];
  let parent: unknown = root;
  for (const key of keys.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) {
      return undefined;
    }
    parent = Reflect.get(parent, key);
  }
  const key = keys.at(-1);
  return typeof parent === 'object' && parent !== null && key !== undefined
    ? { parent, key }
    : undefined;
}

/** `[1].AllowedOrigins[0]` is `1`, `AllowedOrigins`, `0`. */
function keysOf(path: string): readonly string[] {
  return path.split(/[.[\]]+/).filter((key) => key !== '');
}

/** A copy of JSON, without a runtime's means. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)]));
}
