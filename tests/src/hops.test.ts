import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

// How many of our files have a function that runs during one request, leaves and all. The numbers
// are ceilings: a change that needs more of them has to say why, one that needs fewer lowers them. The
// last two of put and get find out which version it is (decision 11), two of put whose it is (12).
const ceilings = { put: 56, large: 62, get: 50, preflight: 18 } as const;

let files: Record<string, string[]>;

beforeAll(async () => {
  const probe = fileURLToPath(new URL('hops-probe.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [probe]);
  files = JSON.parse(stdout);
});

test.each(Object.entries(ceilings))(
  'the request "%s" enters at most %i of our files',
  (name, most) => {
    const entered = files[name] ?? [];
    expect(entered).not.toEqual([]);
    expect(entered.length > most ? entered : []).toEqual([]);
  },
);

test('a preflight enters nothing of authentication or of an operation', () => {
  const strangers = files['preflight']?.filter((file) => /\/(?:auth|operations)\//.test(file));
  expect(strangers).toEqual([]);
});
