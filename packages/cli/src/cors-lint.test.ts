import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cli } from './cli.ts';
import type { Terminal } from './terminal.ts';

let out = '';
let err = '';
let directory: string;

const terminal: Terminal = {
  out: (text) => void (out += text),
  err: (text) => void (err += text),
  environment: {},
  colour: false,
  stopped: () => new Promise(() => undefined),
};
const broken = [
  {
    AllowedOrigins: ['https://App.example.com/', 'https://*.github.io', 'https://g*.example.com'],
    AllowedMethods: ['put'],
    AllowedHeaders: ['*'],
  },
];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-lint-'));
});
afterAll(async () => rm(directory, { recursive: true }));
beforeEach(() => {
  out = '';
  err = '';
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const run = (...args: string[]): Promise<number> => cli(['cors', 'lint', ...args], terminal);

test('says what is wrong, where, why, and what to write', async () => {
  const path = await file('rules.json', { CORSRules: broken });
  expect(await run(path)).toBe(1);
  expect(out).toContain('error   CORSRules[0].AllowedMethods[0] "put"');
  expect(out).toContain('→ CORSRules[0].AllowedMethods[0]: "PUT"');
  expect(out).toContain('→ CORSRules[0].AllowedOrigins[0]: "https://app.example.com"');
  // The Public Suffix List is at hand, its private part as well.
  expect(out).toContain('Everybody can register a name below "github.io"');
  expect(out).toContain('✗ ');
  expect(out).toMatch(/rules\.json: 4 to mend; --fix corrects 3\n$/);
  expect(await readFile(path, 'utf8')).toBe(JSON.stringify({ CORSRules: broken }));
});

test('--fix writes the corrections, and leaves what only the author knows', async () => {
  const path = await file('fix.json', broken);
  expect(await run(path, '--fix')).toBe(1);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([
    {
      AllowedOrigins: ['https://app.example.com', 'https://g*.example.com'],
      AllowedMethods: ['PUT'],
      AllowedHeaders: ['*'],
      ExposeHeaders: ['ETag'],
    },
  ]);
  expect(out).toContain('corrected 4');
  expect(out).toMatch(/fix\.json: 1 to mend\n$/);
  expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a policy of the library is read as well, and what is sound is left alone', async () => {
  const sound = '{ "origins": ["https://a.example.com"] }';
  const path = await file('policy.json', sound);
  expect(await run(path, '--fix')).toBe(0);
  expect(out).toMatch(/^✓ .*policy\.json: nothing to mend\n$/);
  expect(await readFile(path, 'utf8')).toBe(sound);
});

test('--json is for programs', async () => {
  const path = await file('json.json', broken);
  expect(await run(path, '--json')).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    findings: [{ code: 'method-unsupported' }, {}, {}, {}],
    corrected: [],
  });
});

test('what is no JSON, no rules, or no file is said so', async () => {
  expect(await run(await file('no.json', '{'))).toBe(2);
  expect(err).toContain('no.json is no JSON');
  expect(await run(await file('number.json', '7'))).toBe(1);
  expect(out).toContain('neither a policy');
  expect(await run(join(directory, 'missing.json'))).not.toBe(0);
  expect(await run()).toBe(2);
  expect(err).toContain('name one FILE');
});
