import { isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  command,
  entryPoints,
  exportsOf,
  report,
  statementsOf,
  writtenReport,
} from './api-report.mjs';

const files = {
  'index.d.ts': `export { a, type T as U } from './a.ts';\nexport type { I, } from './a.ts';\n`,
  'a.d.ts': [
    `import type { X } from 'x';`,
    '/** One; {@link X}. */',
    'export declare function a(text: string): void;',
    '/** Two. */',
    'export declare function a(text: "}" | ";", more: {',
    '    x: 1; // not the end }',
    '}): void;',
    'interface Hidden { y: 2 }',
    '/** Three. */',
    'export interface I extends Hidden {',
    '    /** Four. */',
    '    z(): void;',
    '}',
    'type T = {',
    '    k: 1;',
    '} | {',
    '    k: 2;',
    '};',
    'export type { T };',
    'export {};',
  ].join('\n'),
};
const read = (file) => files[file] ?? '';
const exported = exportsOf('index.d.ts', read);

describe('the reader of declaration files', () => {
  test('cuts statements, whatever stands in comments and strings', () => {
    const codes = statementsOf(files['a.d.ts']).map(({ code }) => code.split('\n')[0]);
    expect(codes).toHaveLength(8);
    expect(codes[3]).toBe('interface Hidden { y: 2 }');
    expect(codes[4]).toBe('export interface I extends Hidden {');
  });

  test('follows lists to the declarations, and renames', () => {
    expect([...exported.keys()]).toEqual(['a', 'U', 'I']);
    expect(exported.get('U')).toMatchObject({ kind: 'type', file: 'a.d.ts' });
    expect(exported.get('U').code).toMatch(/k: 2;\n};$/);
  });

  test('takes overloads together, with the comments of both', () => {
    expect(exported.get('a').code.match(/function a/g)).toHaveLength(2);
    expect(exported.get('a').doc).toBe('/** One; {@link X}. *//** Two. */');
  });

  test('refuses what it does not know', () => {
    const odd = (text) => () => exportsOf('odd.d.ts', () => text);
    expect(odd(`export * from './a.ts';`)).toThrow('cannot read');
    expect(odd('export { missing };')).toThrow('declared nowhere');
  });

  test('reports without comments, and each declaration once', () => {
    const text = report([
      { entry: '.', exported },
      { entry: './b', exported },
    ]);
    expect(text).not.toMatch(/Three|Four/);
    expect(text).toContain('// I: as in "."');
    expect(text.match(/interface I extends/g)).toHaveLength(1);
  });
});

const entries = entryPoints();
const all = entries.flatMap(({ entry, exported }) =>
  [...exported].map(([name, declared]) => ({ at: `${entry} ${name}`, ...declared })),
);
const isType = ({ kind }) => kind === 'type' || kind === 'interface';

test('packages/cors/api.md is the interface of the build', () => {
  const same = report(entries) === writtenReport();
  expect(same, `The interface has changed: \`${command}\` writes it down, and git shows how.`).toBe(
    true,
  );
});

test('every type of the interface has a sentence', () => {
  const silent = all.filter((each) => isType(each) && !/\/\*\*[\s*]+\S/.test(each.doc));
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('everything else has an example of what is so and of what is not', () => {
  const lacking = all.filter((each) => !isType(each) && examplesOf(each).length < 2);
  expect(lacking.map(({ at }) => at)).toEqual([]);
});

test('what examples say of a value is so', async () => {
  const scope = {};
  for (const entry of ['index', 'browser/index', 's3/index', 'lint/index']) {
    const url = new URL(`../packages/cors/dist/${entry}.js`, import.meta.url);
    Object.assign(scope, await import(pathToFileURL(url.pathname).href));
  }
  // What the examples of `decide` and its like have made before.
  const { compilePolicy, orThrow } = scope;
  const origins = ['https://app.example.com'];
  scope.policy = orThrow(compilePolicy({ origins, methods: ['PUT'] }));
  scope.facts = { method: 'GET', origin: 'http://app.example.com' };
  const told = all.flatMap(({ at, ...each }) =>
    examplesOf(each).flatMap((example) => claimsOf(example).map((claim) => ({ at, ...claim }))),
  );
  const results = told.map(({ at, code, said }) => ({ at, code, said, ...run(code, said, scope) }));
  expect(results.filter(({ kind }) => kind === 'other')).toEqual([]);
  // The rest needs a server, a policy or a page, and shows no value.
  expect(results.filter(({ kind }) => kind === 'same').length).toBeGreaterThanOrEqual(50);
});

function examplesOf({ doc }) {
  const text = doc.replaceAll(/^\/\*\*|\*\/$/g, '').replaceAll(/^[ \t]*\* ?/gm, '');
  return text
    .split('@example')
    .slice(1)
    .map((part) => part.trim());
}

/** Lines `expression // value`, and a value that stands alone below its expression; each with the
 * statements before it. */
function claimsOf(example) {
  const lines = example.replaceAll(/\n\/\/ (?=[{['])/g, ' // ').split('\n');
  const before = lines.filter((line) => /^const .*;$/.test(line)).join('\n');
  return lines.flatMap((line) => {
    const [, expression, said] = /^([^/].*?) \/\/ (.+)$/.exec(line) ?? [];
    return expression === undefined ? [] : [{ code: `${before}\nreturn (${expression});`, said }];
  });
}

function run(code, said, scope) {
  const names = Object.keys(scope);
  // The code is this repository's own comments.
  // oxlint-disable-next-line typescript/no-implied-eval
  const value = (body) => new Function(...names, body)(...Object.values(scope));
  let expected;
  let actual;
  try {
    // A word of explanation may follow: `'patch': a server that lists PATCH refuses it`.
    expected = value(`return (${said.replace(/^('[^']*'|true|false)[:,] .*$/, '$1')});`);
    actual = value(code);
  } catch {
    return { kind: 'not-run' };
  }
  return { kind: agrees(actual, expected) ? 'same' : 'other', actual };
}

/** An object may have more than an example tells of it. */
function agrees(actual, told) {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) {
    return isDeepStrictEqual(actual, told);
  }
  return Object.entries(told).every(([key, value]) => agrees(actual?.[key], value));
}
