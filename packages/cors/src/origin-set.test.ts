import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOriginPattern } from './origin-pattern.ts';
import type { OriginPattern } from './origin-pattern.ts';
import { findOrigin, originSet } from './origin-set.ts';

function pattern(text: string, labels: 'any' | 'one' = 'any'): OriginPattern {
  const parsed = parseOriginPattern(text, { labels });
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

const policy = originSet([
  [pattern('https://app.example.com'), 'E'],
  [pattern('https://*.example.com'), 'W'],
  [pattern('http://localhost:*'), 'L'],
]);

// V15, and every way around a matcher that the probes of CORScanner and Corsy try.
test.each([
  ['https://app.example.com', 'E'],
  ['https://b.example.com', 'W'],
  ['https://a.b.example.com', 'W'],
  ['https://xn--a.example.com', 'W'],
  ['https://example.com', undefined],
  ['https://appXexample.com', undefined],
  ['https://appxexample.com', undefined],
  ['https://evilexample.com', undefined],
  ['https://example.com.evil.test', undefined],
  ['https://evil.test/.example.com', undefined],
  ['https://evil.test#.example.com', undefined],
  ['https://evil.test@a.example.com', undefined],
  ['http://app.example.com', undefined],
  ['https://app.example.com:8443', undefined],
  ['https://b.example.com:443', undefined],
  ['https://b.example.com:', undefined],
  ['https://app.example.com/', undefined],
  ['HTTPS://APP.EXAMPLE.COM', undefined],
  ['https://B.example.com', undefined],
  ['https://app.example.com.', undefined],
  ['https://b.example.com.', undefined],
  ['https://.example.com', undefined],
  ['https://a..example.com', undefined],
  ['https://x`.example.com', undefined],
  ['https://x_.example.com', undefined],
  ['https://x%60.example.com', undefined],
  ['https://x{.example.com', undefined],
  ['https://-x.example.com', undefined],
  ['https://x-.example.com', undefined],
  [`https://${'x'.repeat(64)}.example.com`, undefined],
  [`https://${'x.'.repeat(125)}example.com`, undefined],
  ['https://app.example.com, https://evil.test', undefined],
  ['https://evil.test, https://b.example.com', undefined],
  ['null', undefined],
  ['file://', undefined],
  ['', undefined],
  ['https://', undefined],
  ['https://.', undefined],
  ['http://localhost:3000', 'L'],
  ['http://localhost', 'L'],
  ['http://localhost:65535', 'L'],
  ['http://localhost:80', undefined],
  ['http://localhost:65536', undefined],
  ['http://localhost:03000', undefined],
  ['http://localhost:', undefined],
  ['http://localhost:3000:3000', undefined],
  ['https://localhost:3000', undefined],
  ['http://localhost.evil.test:3000', undefined],
  ['http://evil.localhost:3000', undefined],
  ['a'.repeat(10_000), undefined],
])('V15: %s is found by %s', (origin, found) => {
  expect(findOrigin(policy, origin)).toBe(found);
});

test('`*.` can be told to stand for one label', () => {
  const one = originSet([[pattern('https://*.example.com', 'one'), true]]);
  expect(findOrigin(one, 'https://a.example.com')).toBe(true);
  expect(findOrigin(one, 'https://a.b.example.com')).toBeUndefined();
});

test('the deepest pattern wins, and ports are part of a pattern', () => {
  const set = originSet([
    [pattern('https://*.example.com'), 'any depth'],
    [pattern('https://*.b.example.com'), 'below b'],
    [pattern('https://*.c.example.com:8443'), 'below c at 8443'],
    [pattern('https://*.d.example.com:*'), 'below d'],
    [pattern('http://[::1]:*'), 'v6'],
    [pattern('http://127.0.0.1:*'), 'v4'],
  ]);
  expect(findOrigin(set, 'https://a.b.example.com')).toBe('below b');
  expect(findOrigin(set, 'https://b.example.com')).toBe('any depth');
  expect(findOrigin(set, 'https://a.c.example.com:8443')).toBe('below c at 8443');
  expect(findOrigin(set, 'https://a.c.example.com')).toBe('any depth');
  expect(findOrigin(set, 'https://a.c.example.com:8444')).toBeUndefined();
  expect(findOrigin(set, 'https://a.d.example.com:8444')).toBe('below d');
  expect(findOrigin(set, 'http://[::1]:3000')).toBe('v6');
  expect(findOrigin(set, 'http://[::1]')).toBe('v6');
  expect(findOrigin(set, 'http://127.0.0.1:3000')).toBe('v4');
  expect(findOrigin(set, 'http://127.0.0.1')).toBe('v4');
});

test.each([
  ['https://*', 'any-host'],
  ['https://*:*', 'any-host'],
  ['https://*:8443', 'any-host'],
  ['*.example.com', 'wildcard'],
  ['https://app*.example.com', 'wildcard'],
  ['https://*app.example.com', 'wildcard'],
  ['https://*.*.example.com', 'wildcard'],
  ['https://a.*.example.com', 'wildcard'],
  ['http*://example.com', 'wildcard'],
  ['https://*.example.com.', 'wildcard'],
  ['https://*.127.0.0.1', 'wildcard'],
  ['https://*.[::1]', 'wildcard'],
  ['https://*.0.1', 'ipv4'],
  ['null:*', 'wildcard'],
  ['https://a.test:8*', 'wildcard'],
  ['https://a.test:8443:*', 'port'],
  ['chrome-extension://*.example', 'wildcard-scheme'],
  ['capacitor://localhost:*', 'wildcard-scheme'],
  ['https://*.example.com/', 'path'],
  ['https://*.EXAMPLE.com', 'uppercase'],
  ['https://*.a_b.com', 'underscore'],
])('%s is no pattern: %s', (text, problem) => {
  expect(parseOriginPattern(text)).toEqual({ ok: false, problem });
});

/** The same by a regular expression made of the pattern: fit for a test, where nobody is hostile. */
function naive(text: string, origin: string): boolean {
  const port = text.startsWith('https') ? '(?!:443$)' : '(?!:80$)';
  const source = text
    .replaceAll('.', String.raw`\.`)
    .replace('*\\.', String.raw`(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+`)
    .replace(':*', `${port}(?::[1-9][0-9]{0,4})?`);
  return new RegExp(`^${source}$`).test(origin);
}

test('finds what a naive matcher finds', () => {
  const label = fc.constantFrom('a', 'b', 'a-b', '-', 'x_', '');
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  const base = fc.constantFrom('a', 'a.b', 'b.a', 'b.a.b', 'a-b.a');
  const scheme = fc.constantFrom('http://', 'https://');
  const text = fc
    .tuple(scheme, fc.constantFrom('', '*.'), base, fc.constantFrom('', ':*', ':8080'))
    .map((parts) => parts.join(''));
  const origin = fc
    .tuple(scheme, host, fc.constantFrom('', ':80', ':443', ':8080', ':08080', ':'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), origin, (texts, asked) => {
      const set = originSet(texts.map((each) => [pattern(each), each] as const));
      const found = findOrigin(set, asked);
      const matching = texts.filter((each) => naive(each, asked));
      expect(found !== undefined).toBe(matching.length > 0);
      expect(found === undefined || matching.includes(found)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
