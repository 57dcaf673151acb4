import { configKeys } from './config.ts';
import type { CorsIssueCode } from './issue.ts';

/** Takes note of a problem. */
export type Report = (code: CorsIssueCode, path: string, value: unknown, message: string) => void;

const booleans = [
  'credentials',
  'varyOnPreflight',
  'allowUnderscoreInHosts',
  'dangerouslyAllowNullOrigin',
  'dangerouslyAllowInsecureOrigins',
  'dangerouslyAllowPublicSuffixes',
] as const;

/**
 * Checks that a configuration has the shape that its type promises: it may have been written in
 * JavaScript or read from a file.
 */
export function checkTypes(config: object, report: Report): void {
  for (const [key, value] of Object.entries(config)) {
    if (!Object.hasOwn(configKeys, key)) {
      report('unknown-key', key, value, `There is no option of this name; it would do nothing.`);
    }
  }
  const read = (key: string): unknown => Reflect.get(config, key);
  const origins = read('origins');
  if (!Array.isArray(origins) || !origins.every((value) => isOrigin(value))) {
    const message = 'origins must be a list: of strings, or of { pattern, labels }.';
    report('wrong-type', 'origins', origins, message);
  }
  for (const key of ['methods', 'requestHeaders', 'exposeHeaders']) {
    const value = read(key);
    const strings = Array.isArray(value) && value.every((each) => typeof each === 'string');
    if (value !== undefined && !strings) {
      report('wrong-type', key, value, `${key} must be a list of strings.`);
    }
  }
  for (const key of booleans) {
    const value = read(key);
    if (value !== undefined && typeof value !== 'boolean') {
      report('wrong-type', key, value, `${key} must be true or false.`);
    }
  }
  oneOf(read('onDenied'), 'onDenied', ['continue', 'reject'], report);
  oneOf(
    read('preflightAnswer'),
    'preflightAnswer',
    ['static-full', 'echo-bounded', 'wildcard'],
    report,
  );
  oneOf(read('preflightStatus'), 'preflightStatus', [200, 204], report);
}

function isOrigin(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  const labels: unknown = Reflect.get(value, 'labels');
  const known = Object.keys(value).every((key) => key === 'pattern' || key === 'labels');
  const word = labels === undefined || labels === 'any' || labels === 'one';
  return known && word && typeof Reflect.get(value, 'pattern') === 'string';
}

function oneOf(value: unknown, key: string, values: readonly unknown[], report: Report): void {
  if (value === undefined || values.includes(value)) return;
  report('wrong-type', key, value, `${key} must be ${values.join(' or ')}.`);
}
