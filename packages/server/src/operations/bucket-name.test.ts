import { expect, test } from 'vitest';
import { isBucketName } from './bucket-name.ts';

test.each([
  'abc',
  'a-b',
  '0.1',
  'my.bucket.example',
  '1.2.3',
  '1.2.3.4.5',
  'a--b',
  'a'.repeat(63),
  'xn-a',
])('%s is a bucket name', (name) => {
  expect(isBucketName(name)).toBe(true);
});

test.each([
  '',
  'ab',
  'a'.repeat(64),
  'Abc',
  'a_b',
  '-abc',
  'abc-',
  '.abc',
  'abc.',
  'a..b',
  'a-.b',
  'a.-b',
  'a b',
  'äbc',
  '192.168.5.4',
  'xn--abc',
  'sthree-abc',
  'abc-s3alias',
  'abc--ol-s3',
  'abc.mrap',
  'abc--use1-az4--x-s3',
  'abc\n',
])('%j is no bucket name', (name) => {
  expect(isBucketName(name)).toBe(false);
});

test('a long name that almost matches is judged at once', () => {
  const started = performance.now();
  expect(isBucketName(`${'a-'.repeat(31)}!`)).toBe(false);
  expect(isBucketName(`${'-'.repeat(100_000)}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(50);
});
