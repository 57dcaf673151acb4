import { configKeys } from './config.ts';
import type { CsrfIssue } from './issue.ts';

/** Checks the shape of a configuration that may come from plain JavaScript or a file. */
export function checkTypes(config: unknown): CsrfIssue[] {
  const issues: CsrfIssue[] = [];
  const wrong = (path: string, value: unknown, message: string): void => {
    issues.push({ severity: 'error', code: 'wrong-type', path, value, message });
  };
  if (!isRecord(config)) {
    wrong('', config, 'The configuration is an object.');
    return issues;
  }
  for (const [key, value] of Object.entries(config)) {
    if (!isKey(key)) {
      const message = `There is no option "${key}"; a misspelt one would be without effect.`;
      issues.push({ severity: 'error', code: 'unknown-key', path: key, value, message });
    }
  }
  for (const [key, kind] of Object.entries(configKeys)) {
    const value = config[key];
    if (value === undefined && key !== 'publicOrigins') continue;
    if (typeof kind !== 'string') {
      const options: readonly unknown[] = kind;
      if (!options.includes(value)) {
        wrong(key, value, `${key} is one of ${kind.map((each) => String(each)).join(', ')}.`);
      }
    } else if (kind === 'texts' && !isListOf(value, 'string')) {
      wrong(key, value, `${key} is a list of strings.`);
    } else if (kind === 'origins' && !isListOf(value, 'string') && !isOriginSet(value)) {
      wrong(key, value, `${key} is a list of strings, or the origins of a CORS policy.`);
    } else if (kind === 'objects' && !isListOf(value, 'object', 'function')) {
      wrong(
        key,
        value,
        `${key} is a list of handlers or route objects; there are no path patterns.`,
      );
    }
  }
  return issues;
}

function isKey(key: string): key is keyof typeof configKeys {
  return Object.hasOwn(configKeys, key);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isListOf(value: unknown, ...types: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    value.every((each: unknown) => each !== null && types.includes(typeof each))
  );
}

function isOriginSet(value: unknown): boolean {
  return isRecord(value) && value['exact'] instanceof Map && value['anyPort'] instanceof Map;
}
