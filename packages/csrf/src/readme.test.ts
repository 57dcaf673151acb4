import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
// The others are servers, which tests/src/csrf starts.
const examples = blocks.filter((code) => code.includes('console.log'));

test('the README has ten examples, six of which say what they print', () => {
  expect([blocks.length, examples.length]).toEqual([10, 6]);
});

test.concurrent.each(examples)('example %# prints what it says', async (code) => {
  const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', code],
    { cwd: root },
  );
  expect(said.length).toBeGreaterThan(0);
  expect(stdout.trimEnd().split('\n')).toEqual(said);
});
