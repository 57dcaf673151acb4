import type { Edit, Found } from './finding.ts';

const lists = ['AllowedOrigins', 'AllowedMethods', 'AllowedHeaders', 'ExposeHeaders'] as const;
/** The names of the elements in XML (API_CORSRule), and names that are written for them. */
const meant: Readonly<Record<string, string>> = {
  AllowedOrigin: 'AllowedOrigins',
  AllowedMethod: 'AllowedMethods',
  AllowedHeader: 'AllowedHeaders',
  ExposeHeader: 'ExposeHeaders',
  ExposedHeaders: 'ExposeHeaders',
  MaxAge: 'MaxAgeSeconds',
  Id: 'ID',
};

/**
 * Checks that rules have the shape of AWS's `CORSRule`: they may have been read from a file.
 *
 * @returns Whether more can be said about them.
 */
export function checkRuleTypes(rules: readonly unknown[], root: string, found: Found): boolean {
  let sound = true;
  for (const [index, rule] of rules.entries()) {
    const path = `${root}[${index}]`;
    if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
      sound = false;
      wrong(path, rule, 'A rule is an object with AllowedOrigins and AllowedMethods.', []);
      continue;
    }
    for (const key of Object.keys(rule)) checkKey(key, path, rule, found);
    for (const key of lists) {
      const value: unknown = Reflect.get(rule, key);
      if (value === undefined || isStrings(value)) continue;
      sound = false;
      const fix: readonly Edit[] =
        typeof value === 'string' ? [{ op: 'set', path: `${path}.${key}`, value: [value] }] : [];
      wrong(`${path}.${key}`, value, `${key} is a list of strings.`, fix);
    }
    const id: unknown = Reflect.get(rule, 'ID');
    if (id !== undefined && typeof id !== 'string') {
      sound = false;
      const fix: readonly Edit[] =
        typeof id === 'number' ? [{ op: 'set', path: `${path}.ID`, value: String(id) }] : [];
      wrong(`${path}.ID`, id, 'ID is a string.', fix);
    }
    const age: unknown = Reflect.get(rule, 'MaxAgeSeconds');
    if (age === undefined || Number.isInteger(age)) continue;
    sound = false;
    const seconds = typeof age === 'boolean' || age === null ? Number.NaN : Math.round(Number(age));
    const fix: readonly Edit[] = Number.isSafeInteger(seconds)
      ? [{ op: 'set', path: `${path}.MaxAgeSeconds`, value: seconds }]
      : [{ op: 'remove', path: `${path}.MaxAgeSeconds` }];
    wrong(`${path}.MaxAgeSeconds`, age, 'MaxAgeSeconds is a whole number.', fix);
  }
  return sound;

  function wrong(path: string, value: unknown, message: string, fix: readonly Edit[]): void {
    found({ severity: 'error', code: 'wrong-type', path, value, message, fix });
  }
}

const known: ReadonlySet<string> = new Set([...lists, 'ID', 'MaxAgeSeconds']);

function checkKey(key: string, path: string, rule: object, found: Found): void {
  if (known.has(key)) return;
  const name = Object.hasOwn(meant, key) ? meant[key] : undefined;
  const value: unknown = Reflect.get(rule, key);
  const edits: Edit[] = [{ op: 'remove', path: `${path}.${key}` }];
  if (name !== undefined && !Object.hasOwn(rule, name)) {
    edits.push({ op: 'set', path: `${path}.${name}`, value });
  }
  found({
    severity: 'error',
    code: 'unknown-key',
    path: `${path}.${key}`,
    value,
    message:
      name === undefined
        ? 'A CORS rule has no member of this name; it would do nothing.'
        : `A CORS rule has no member of this name; it is called ${name}.`,
    fix: edits,
  });
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
