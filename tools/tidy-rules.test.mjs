import { expect, test } from 'vitest';
import { rules } from './tidy-rules.mjs';

const house = {
  exists: (file) => file === 'docs/there.md',
  workspaces: ['packages/cors', 'packages/server', 'tests'],
  roadmap: '## compose: join blobs',
};

const faults = (rule, path, text = '') => [...rule({ path, text }, house)].length;

/** [rule, file, text that is wrong, text that is right] */
const table = [
  ['length', 'packages/server/src/a.ts', 'x\n'.repeat(401), 'x\n'.repeat(400)],
  [
    'identifiers',
    'packages/server/src/a.ts',
    'export class LockManager {',
    'const commonPrefixes = 1',
  ],
  ['identifiers', 'packages/server/src/a.ts', 'function utils() {', 'function utilise() {'],
  ['markers', 'packages/server/src/a.ts', '// TODO: later', '// TODO(compose): join them'],
  ['markers', 'packages/server/src/a.ts', '// TODO(nowhere): later', '// to be done'],
  ['ambient', 'packages/server/src/a.ts', 'const now = Date.now();', "'// a' // not Date.now()"],
  ['ambient', 'packages/server/src/a.ts', 'const now = new Date();', 'const then = new Date(0);'],
  ['ambient', 'packages/server/src/a.ts', 'console.log(1)', "show('console.log(1)')"],
  ['ambient', 'packages/server/src/a.ts', '`${Date.now()}`', 'open({ now = Date.now })'],
  ['ambient', 'packages/server/src/a.ts', 'process.env.HOME', 'env.HOME'],
  ['tests', 'packages/server/src/a.test.ts', "test.only('a', f)", "test('only', f)"],
  ['tests', 'packages/server/src/a.test.ts', "describe.skip('a', f)", "skip('no rclone')"],
  ['tests', 'packages/server/src/a.test.ts', 'context.skip()', "test.each([1])('a', f)"],
  ['machinePaths', 'docs/a.md', 'see /home/me/notes', 'see https://a.test/home/me/'],
  [
    'imports',
    'packages/server/src/a.ts',
    "export * from '../../cors/src/a.ts'",
    "export * from './b.ts'",
  ],
  [
    'imports',
    'packages/server/src/a.ts',
    "import a from '@causeway/cors/dist/a.js'",
    "import a from '@causeway/cors'",
  ],
  [
    'imports',
    'packages/server/src/a.ts',
    "import { a } from 'causeway'",
    "import { a } from '@causeway/csrf'",
  ],
  ['imports', 'packages/cors/src/a.ts', "} from '@causeway/server'", "import 'vitest'"],
  ['imports', 'packages/cors/src/a.ts', "import('causeway')", "Buffer.from('causeway')"],
  ['links', 'docs/a.md', '[b](gone.md)', '[b](there.md#part)'],
  ['links', 'README.md', '![b](docs/gone.png)', '[b](https://a.test/gone.md) `[c](gone.md)`'],
  ['dependencies', 'packages/cors/package.json', '{"dependencies":{}}', '{"exports":{}}'],
  [
    'dependencies',
    'tests/package.json',
    '{"dependencies":{"a":"^1.0.0"}}',
    '{"dependencies":{"a":"1.0.0"}}',
  ],
];

test.each(table)('%s tells wrong from right in %s: %s', (name, file, wrong, right) => {
  expect(faults(rules[name], file, wrong)).toBe(1);
  expect(faults(rules[name], file, right)).toBe(0);
});

test('file names are kebab-case and say something', () => {
  expect(faults(rules.fileNames, 'packages/server/src/put-object.test.ts')).toBe(0);
  expect(faults(rules.fileNames, 'tsconfig.base.json')).toBe(0);
  expect(faults(rules.fileNames, 'packages/server/src/putObject.ts')).toBe(1);
  expect(faults(rules.fileNames, 'packages/server/src/http-utils.ts')).toBe(1);
  expect(faults(rules.fileNames, 'packages/server/src/common/a.ts')).toBe(1);
});

test('the edges of a program may use the clock, chance, environment and console', () => {
  for (const file of ['packages/cli/src/io.ts', 'packages/server/src/config.ts', 'tools/a.mjs']) {
    expect(faults(rules.ambient, file, 'Date.now()')).toBe(0);
  }
});

const lockFaults = (packages) =>
  faults(rules.lockFile, 'package-lock.json', JSON.stringify({ packages }));

test('the lock file names no host and every platform', () => {
  expect(lockFaults({ 'node_modules/a': { resolved: 'https://a.test/a.tgz' } })).toBe(1);
  expect(lockFaults({ 'node_modules/a': { resolved: 'packages/a', link: true } })).toBe(0);
  const optional = { optionalDependencies: { 'a-win32': '1.0.0' } };
  expect(lockFaults({ 'node_modules/a': optional })).toBe(1);
  expect(lockFaults({ 'node_modules/a': optional, 'node_modules/a-win32': {} })).toBe(0);
});
