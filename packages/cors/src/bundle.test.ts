import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a page loads, in bytes: bundled, minified, gzipped. Whatever is not in a browser, as a module
 * of Node, does not resolve and fails here. */
function bundle(code: string): {
  readonly gzippedBytes: number;
  readonly files: readonly string[];
} {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents: code, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild made nothing');
  const files = Object.keys(metafile.inputs).filter((file) => file !== '<stdin>');
  return { gzippedBytes: gzipSync(output.contents, { level: 9 }).length, files };
}

describe.each([
  ['the engine', `export * from './dist/index.js';`, 12_000],
  [
    'the engine and the model of browsers',
    `export * as cors from './dist/index.js'; export * as browser from './dist/browser/index.js';`,
    30_000,
  ],
])('%s', (_, code, bytesMax) => {
  const { gzippedBytes, files } = bundle(code);

  test(`weighs less than ${bytesMax} bytes`, () => {
    expect(gzippedBytes).toBeGreaterThan(1000);
    expect(gzippedBytes).toBeLessThan(bytesMax);
  });

  test('needs nothing but itself', () => {
    expect(files.filter((file) => !file.startsWith('dist/'))).toEqual([]);
  });
});

test.each([`import 'node:fs'`, `import 'lmdb'`])('%s would be found', (code) => {
  expect(() => bundle(code)).toThrow(/Could not resolve|node:/);
});
