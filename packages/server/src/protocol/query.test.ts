import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { S3Error } from './errors.ts';
import { decodePercent, parseQuery } from './query.ts';

test.each([
  ['', []],
  ['a', [['a', '']]],
  ['a=', [['a', '']]],
  ['a=b=c', [['a', 'b=c']]],
  ['=b', [['', 'b']]],
  ['&&a&&', [['a', '']]],
  [
    'b=1&a=2&b=3',
    [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ],
  ],
  ['a+b=c+d%2B', [['a b', 'c d+']]],
  ['%61%3D=%C3%A9%00', [['a=', 'é\u0000']]],
  ['a=\u00c3\u00a9', [['a', 'é']]],
])('?%s', (raw, entries) => {
  expect(parseQuery(raw).entries).toEqual(entries);
});

test('of a repeated name the first value counts', () => {
  expect(parseQuery('a=1&a=2').values.get('a')).toBe('1');
});

test.each(['%', '%a', 'a=%zz', '%e9', '%C3', '%ED%A0%80', '%C0%AF', '%FF', 'a=\u00e9', '\u0100'])(
  '?%s is an invalid URI',
  (raw) => {
    expect(() => parseQuery(raw)).toThrowError(expect.objectContaining({ code: 'InvalidURI' }));
  },
);

const text = fc.string({ unit: 'binary', maxLength: 20 });

test('what is encoded is decoded, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      const named = pairs.filter(([name]) => name !== '');
      const raw = named
        .map((pair) => pair.map((part) => encodeURIComponent(part)).join('='))
        .join('&');
      expect(parseQuery(raw).entries).toEqual(named);
    }),
  );
});

test('raw bytes and escaped bytes are the same text', () => {
  fc.assert(
    fc.property(
      text.filter((value) => !value.includes('%')),
      (value) => {
        expect(decodePercent(Buffer.from(value).toString('latin1'))).toBe(value);
      },
    ),
  );
});

test('arbitrary input is decoded or refused, never anything else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      expect(decodedOrRefused(raw)).toMatch(/^(InvalidURI|\P{Surrogate}*)$/u);
    }),
  );
});

function decodedOrRefused(raw: string): string {
  try {
    return parseQuery(raw).entries.flat().join('');
  } catch (error) {
    return error instanceof S3Error ? error.code : '\ud800';
  }
}
