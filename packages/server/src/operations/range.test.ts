import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { S3Error } from '../protocol/errors.ts';
import { contentRange, parseRange } from './range.ts';

const size = 9;

test.each([
  ['bytes=0-8', [0, 9]],
  ['bytes=0-0', [0, 1]],
  ['bytes=2-4', [2, 5]],
  ['bytes=2-', [2, 9]],
  ['bytes=8-8', [8, 9]],
  ['bytes=2-99999999999999999999999', [2, 9]],
  ['bytes=-3', [6, 9]],
  ['bytes=-9', [0, 9]],
  ['bytes=-15', [0, 9]],
  ['BYTES=1-1', [1, 2]],
])('%s selects %j', (header, [start, end]) => {
  expect(parseRange(header, size)).toEqual({ start, end });
});

test.each([
  'bytes=5-4',
  'bytes=--1-',
  'bytes=-',
  'bytes=',
  '0-1',
  'bytes=0-1,3-4',
  'lines=0-1',
  '',
])('%j is ignored', (header) => {
  expect(parseRange(header, size)).toBeUndefined();
});

test.each([
  ['bytes=9-', size],
  ['bytes=9-12', size],
  ['bytes=-0', size],
  ['bytes=0-', 0],
  ['bytes=0-5', 0],
])('%s of %i bytes is out of reach', (header, sizeBytes) => {
  expect(() => parseRange(header, sizeBytes)).toThrow(
    expect.objectContaining({
      code: 'InvalidRange',
      fields: { ActualObjectSize: sizeBytes, RangeRequested: header },
    }),
  );
});

test('the last bytes of nothing are all of it', () => {
  expect(parseRange('bytes=-5', 0)).toBeUndefined();
});

/** What the header selects, in RFC 9110's words and with `slice`. */
function naive(object: string, first: number | undefined, last: number | undefined) {
  if (first === undefined) return last === undefined ? object : object.slice(-last || Infinity);
  if (last !== undefined && last < first) return object;
  return object.slice(first, last === undefined ? undefined : last + 1);
}

test('a range selects what a slice selects, or is out of reach when that is nothing', () => {
  const position = fc.option(fc.nat(25), { nil: undefined });
  fc.assert(
    fc.property(fc.nat(20), position, position, (sizeBytes, first, last) => {
      const object = '0123456789abcdefghij'.slice(0, sizeBytes);
      let found = '';
      try {
        const range = parseRange(`bytes=${first ?? ''}-${last ?? ''}`, sizeBytes);
        found = range === undefined ? object : object.slice(range.start, range.end);
        if (range !== undefined && range.start >= range.end) found = 'an empty range';
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
      }
      expect(found).toBe(naive(object, first, last));
    }),
  );
});

test('Content-Range names the last byte, not the one behind it', () => {
  expect(contentRange({ start: 2, end: 5 }, 9)).toBe('bytes 2-4/9');
});
