import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRequestHeaders, requestHeaderLimits } from './request-headers.ts';

test.each([
  [undefined, []],
  ['', []],
  ['X-Test', ['x-test']],
  ['x-test , content-type', ['x-test', 'content-type']],
  [',x-test', ['x-test']],
  [',,\t, x-a ,, x-b,', ['x-a', 'x-b']],
  ['b,a', ['b', 'a']],
  ['a,a', ['a', 'a']],
  [
    ['x-a, x-b', '', 'x-c'],
    ['x-a', 'x-b', 'x-c'],
  ],
])('%j asks for %j', (value, names) => {
  expect(parseRequestHeaders(value)).toEqual({ kind: 'names', names });
});

test.each([
  ['x test', 'x test'],
  ['x-a, x:b, x-c', 'x:b'],
  ['x-a\r\nx-b', 'x-a\r\nx-b'],
  ['é', 'é'],
  ['x-a, "q"', '"q"'],
])('%j has an element that is no header name', (value, element) => {
  expect(parseRequestHeaders(value)).toEqual({ kind: 'not-a-token', element });
});

test('what is too long or has too many names is refused', () => {
  const { charsMax, namesMax } = requestHeaderLimits;
  expect(parseRequestHeaders(','.repeat(charsMax))).toEqual({ kind: 'names', names: [] });
  expect(parseRequestHeaders(','.repeat(charsMax + 1))).toEqual({ kind: 'too-long' });
  expect(parseRequestHeaders(Array.from({ length: charsMax + 1 }, () => ''))).toEqual({
    kind: 'too-long',
  });
  expect(parseRequestHeaders('a,'.repeat(namesMax))).toMatchObject({ kind: 'names' });
  expect(parseRequestHeaders('a,'.repeat(namesMax + 1))).toEqual({ kind: 'too-many' });
});

/** The same by splitting: easy to see through, and not to be used on what strangers send. */
function bySplitting(value: string): readonly string[] | undefined {
  const elements = value
    .split(',')
    .map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((element) => element !== '');
  const valid = elements.every((element) => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(element));
  return valid ? elements.map((element) => element.toLowerCase()) : undefined;
}

test('reads every value as splitting would', () => {
  const piece = fc.constantFrom('x-a', 'B', ' ', '\t', ',', ',', ' , ', ':', '\n', 'é', "!#$%&'");
  const value = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(value, (text) => {
      const parsed = parseRequestHeaders(text);
      expect(parsed.kind === 'names' ? parsed.names : undefined).toEqual(bySplitting(text));
    }),
  );
});

test('several lines are one line joined by commas', () => {
  const line = fc.array(fc.constantFrom('x-a', ' ', ',', 'Y', ':'), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const joined = lines.map((pieces) => pieces.join(''));
      const several = parseRequestHeaders(joined);
      const one = parseRequestHeaders(joined.join(','));
      expect(several).toEqual(one);
    }),
  );
});
