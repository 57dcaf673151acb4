import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
const examples = blocks.filter((code) => code.includes('console.log'));

describe('the examples of the README', () => {
  test('are four', () => {
    expect(examples).toHaveLength(4);
  });

  test.each(examples)('print what they say, %#', (code) => {
    const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(said.length).toBeGreaterThan(1);
    expect(printed.trimEnd().split('\n')).toEqual(said);
  });
});
