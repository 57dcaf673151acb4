import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTimestamp, formatWholeSecond, parseTimestamp } from './timestamp.ts';

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['Sun, 06 Nov 1994 10:49:37 +0200', '1994-11-06T08:49:37.000Z'],
  ['1994-11-06', '1994-11-06T00:00:00.000Z'],
  ['1994-11-06T08:49', '1994-11-06T08:49:00.000Z'],
  ['1994-11-06T08:49:37', '1994-11-06T08:49:37.000Z'],
  ['1994-11-06T08:49:37Z', '1994-11-06T08:49:37.000Z'],
  ['1994-11-06T08:49:37.123456789Z', '1994-11-06T08:49:37.123Z'],
  ['1994-11-06T08:49:37+02:00', '1994-11-06T06:49:37.000Z'],
  ['1994-11-06T08:49:37-0230', '1994-11-06T11:19:37.000Z'],
])('%s is %s', (text, iso) => {
  expect(parseTimestamp(text)?.toISOString()).toBe(iso);
});

test.each([
  '',
  '0',
  '-1',
  '1994',
  '1994-11',
  '1994-13-01',
  '2026-02-29',
  '2026-04-31T00:00:00Z',
  '1994-11-06T25:00:00Z',
  'Sun, 06 Now 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:61:37 GMT',
  '06 Nov 1994',
  ' 1994-11-06',
  `1994-11-06T08:49:37.${'1'.repeat(40)}Z`,
])('%s is no date', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

const date = fc.date({
  min: new Date('1000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

test('whole seconds are formatted as JavaScript does, whatever day came before', () => {
  fc.assert(
    fc.property(date, fc.integer({ min: 0, max: 1e9 }), (one, ms) => {
      const other = new Date(one.getTime() - ms);
      expect(formatWholeSecond(one)).toBe(wholeSecond(one));
      expect(formatWholeSecond(other)).toBe(wholeSecond(other));
    }),
  );
});

function wholeSecond(moment: Date): string {
  return moment.toISOString().replace(/\d{3}Z$/, '000Z');
}

test('what is formatted is read, in both formats', () => {
  fc.assert(
    fc.property(date, (one) => {
      expect(parseTimestamp(formatTimestamp(one))).toEqual(one);
      const second = new Date(Math.floor(one.getTime() / 1000) * 1000);
      expect(parseTimestamp(one.toUTCString())).toEqual(second);
    }),
  );
});
