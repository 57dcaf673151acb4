import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

// What a reader has to open to follow a request. CloudServer: 56 files for a PUT, 13 for a preflight.
const budgets = { put: 14, preflight: 7 } as const;

let files: Record<string, string[]>;

beforeAll(async () => {
  const probe = fileURLToPath(new URL('hops-probe.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [probe]);
  files = JSON.parse(stdout);
});

test.each(Object.entries(budgets))('a %s enters at most %i of our files', (name, most) => {
  const entered = files[name] ?? [];
  expect(entered).not.toEqual([]);
  expect(entered.length > most ? entered : []).toEqual([]);
});

test('a preflight enters nothing of authentication or of an operation', () => {
  const strangers = files['preflight']?.filter((file) => /\/(?:auth|operations)\//.test(file));
  expect(strangers).toEqual([]);
});
