import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatErrorTime, formatTimestamp, parseDateHeader, parseTimestamp } from './timestamp.ts';

test('a timestamp is read as it is written', () => {
  const seconds = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1000 });
  fc.assert(
    fc.property(seconds, (second) => {
      expect(parseTimestamp(formatTimestamp(second * 1000))).toBe(second * 1000);
    }),
  );
});

test.each([
  '',
  '2013-05-24T00:00:00Z',
  '20130524T000000',
  '20130524t000000Z',
  '20130524T000000+',
  '20131301T000000Z',
  '20130001T000000Z',
  '20130532T000000Z',
  '20130229T000000Z',
  '20130524T240000Z',
  '20130524T006000Z',
  '20130524T000060Z',
  '2013052 T000000Z',
  'x0130524T000000Z',
])('%j is no timestamp', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

test('a Date header is an HTTP date or a timestamp', () => {
  const expected = Date.UTC(2013, 4, 24);
  expect(parseDateHeader('Fri, 24 May 2013 00:00:00 GMT')).toBe(expected);
  expect(parseDateHeader('Fri, 24 May 2013 02:00:00 +0200')).toBe(expected);
  expect(parseDateHeader('20130524T000000Z')).toBe(expected);
  expect(parseDateHeader('Fri, 24 Mai 2013 00:00:00 GMT')).toBeUndefined();
  expect(parseDateHeader('2013')).toBeUndefined();
  expect(formatErrorTime(expected)).toBe('2013-05-24T00:00:00Z');
});
