import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeVary, parseVary } from './vary.ts';

test.each([
  [undefined, []],
  ['', []],
  ['Origin', ['Origin']],
  ['Accept, origin ,ORIGIN,,accept', ['Accept', 'origin']],
  ['Accept, *, Origin', ['*']],
  [
    ['Accept', 'Origin'],
    ['Accept', 'Origin'],
  ],
  ['Origin\r\nSet-Cookie: a=b, Accept', ['Accept']],
])('%j names %j', (value, names) => {
  expect(parseVary(value)).toEqual(names);
});

// V16.15: what the handler wrote stays.
test.each([
  [undefined, [], ''],
  [undefined, ['Origin'], 'Origin'],
  ['origin', ['Origin'], 'origin'],
  ['*', ['Origin'], '*'],
  ['Accept,Origin', ['Origin'], 'Accept,Origin'],
  ['Accept', ['Origin', 'Accept'], 'Accept, Origin'],
  ['Accept', ['*'], '*'],
  [['Accept', 'Origin'], ['Origin'], 'Accept, Origin'],
])('%j and %j is %s', (current, names, merged) => {
  expect(mergeVary(current, names)).toBe(merged);
});

const names = fc.array(
  fc.constantFrom('Origin', 'origin', 'Accept', 'ACCEPT', 'X-A', '*', 'not a name', ''),
  { maxLength: 6 },
);
const asSet = (value: string) => new Set(parseVary(value).map((name) => name.toLowerCase()));

const merge = (one: readonly string[], other: readonly string[]) => mergeVary(one.join(','), other);

test('merging is idempotent, and commutative and associative as sets', () => {
  fc.assert(
    fc.property(names, names, names, (a, b, c) => {
      const ab = merge(a, b);
      expect(mergeVary(ab, b)).toBe(ab);
      expect(mergeVary(ab, parseVary(ab))).toBe(ab);
      expect(asSet(ab)).toEqual(asSet(merge(b, a)));
      expect(asSet(mergeVary(ab, c))).toEqual(asSet(merge(a, parseVary(merge(b, c)))));
      // `*` absorbs; everything else that was named stays named.
      const all = [...parseVary(a), ...parseVary(b)].map((name) => name.toLowerCase());
      expect(asSet(ab)).toEqual(all.includes('*') ? new Set(['*']) : new Set(all));
    }),
  );
});
