import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalQuery, parseQuery } from './canonical-request.ts';
import {
  canonicalPath,
  canonicalQueryPart,
  decodeCanonical,
  encodeQueryPart,
} from './percent-encoding.ts';

test.each([
  ['/a/b-c_d.e~f', '/a/b-c_d.e~f'],
  ['/a%20b', '/a%20b'],
  ['/%c3%a9', '/%C3%A9'],
  ['/\u00c3\u00a9', '/%C3%A9'],
  ['/a+b', '/a%2Bb'],
  ["/!'()*", '/%21%27%28%29%2A'],
  ['/%61', '/a'],
  ['/a%2fb', '/a/b'],
  ['/%', '/%25'],
  ['/%4', '/%254'],
  ['/%zz', '/%25zz'],
  ['/a//../b/', '/a//../b/'],
  ['/é😀', '/%E9%F0%9F%98%80'],
])('path %s is signed as %s', (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical);
});

test.each([
  ['', ''],
  ['acl', 'acl='],
  ['a=1&a=0&A=2', 'A=2&a=0&a=1'],
  ['a-b=1&a=2', 'a=2&a-b=1'],
  ['a=b=c', 'a=b%3Dc'],
  ['&&a=&', 'a='],
  ['=x', '=x'],
  ['prefix=a+b%2Bc%2F/', 'prefix=a%20b%2Bc%2F%2F'],
  ['%7e=%2a', '~=%2A'],
])('query %s is signed as %s', (query, canonical) => {
  expect(canonicalQuery(parseQuery(query))).toBe(canonical);
});

test('canonical text is canonical, and stands for the bytes that were encoded', () => {
  const bytes = fc
    .uint8Array({ maxLength: 20 })
    .map((array) => Buffer.from(array).toString('latin1'));
  fc.assert(
    fc.property(bytes, (text) => {
      for (const canonical of [canonicalPath, canonicalQueryPart]) {
        expect(canonical(canonical(text))).toBe(canonical(text));
        expect(canonical(text)).toMatch(/^(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*$/);
      }
      expect(decodeCanonical(canonicalQueryPart(text.replaceAll(/[%+]/g, '.')))).toBe(
        text.replaceAll(/[%+]/g, '.'),
      );
    }),
  );
});

test('text is encoded as its UTF-8, strictly', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = encodeQueryPart(text);
      expect(decodeURIComponent(encoded)).toBe(text);
      expect(encoded).toMatch(/^(?:[\w.~-]|%[0-9A-F]{2})*$/);
      expect(canonicalQueryPart(encoded)).toBe(encoded);
    }),
  );
});
