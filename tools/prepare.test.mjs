import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstMissing, removeStaleOutputs } from './prepare.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'causeway-prepare-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(file, content = '') {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
}

const dependency = { version: '1.0.0', integrity: 'sha512-a' };
const foreign = { version: '1.0.0', optional: true };

function installed(packages) {
  write('node_modules/.package-lock.json', { packages });
  for (const place of Object.keys(packages)) {
    write(`${place}/package.json`, {});
  }
}

beforeEach(() => {
  write('package.json', { workspaces: ['packages/a'] });
  write('package-lock.json', {
    packages: { '': {}, 'node_modules/a': dependency, 'node_modules/a-win32': foreign },
  });
});

test('what the lock file names is installed, but for other platforms: nothing to do', () => {
  installed({ 'node_modules/a': dependency });
  expect(firstMissing(folder)).toBeUndefined();
});

test('an installation is needed when there is none, or it is another one, or a part is gone', () => {
  expect(firstMissing(folder)).toBe('nothing is installed yet');
  installed({});
  expect(firstMissing(folder)).toBe('node_modules/a is missing');
  installed({ 'node_modules/a': { ...dependency, version: '1.0.1' } });
  expect(firstMissing(folder)).toBe('node_modules/a is not the version of the lock file');
  installed({ 'node_modules/a': dependency });
  rmSync(path.join(folder, 'node_modules/a'), { recursive: true });
  expect(firstMissing(folder)).toBe('node_modules/a is missing');
});

test('the outputs of sources that are gone are removed, and nothing else', () => {
  write('packages/a/src/kept.ts');
  write('packages/a/src/inner/kept.test.ts');
  const outputs = ['.js', '.js.map', '.d.ts', '.d.ts.map'];
  for (const stem of ['kept', 'inner/kept.test', 'gone', 'inner/gone.test']) {
    for (const extension of outputs) {
      write(`packages/a/dist/${stem}${extension}`);
    }
  }
  write('packages/a/dist/tsconfig.tsbuildinfo');
  removeStaleOutputs(folder);
  const exists = (stem) =>
    outputs.map((extension) =>
      existsSync(path.join(folder, `packages/a/dist/${stem}${extension}`)),
    );
  expect(exists('kept')).toEqual([true, true, true, true]);
  expect(exists('inner/kept.test')).toEqual([true, true, true, true]);
  expect(exists('gone')).toEqual([false, false, false, false]);
  expect(exists('inner/gone.test')).toEqual([false, false, false, false]);
  expect(existsSync(path.join(folder, 'packages/a/dist/tsconfig.tsbuildinfo'))).toBe(true);
});

test('a dist that the compiler does not own stays as it is', () => {
  write('packages/a/dist/bundle.js');
  removeStaleOutputs(folder);
  expect(existsSync(path.join(folder, 'packages/a/dist/bundle.js'))).toBe(true);
});
