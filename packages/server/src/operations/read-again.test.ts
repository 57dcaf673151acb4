import { expect, test } from 'vitest';
import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import { readAgain } from './read-again.ts';

const missing = new EngineError('missing', 'overwritten');

test('a read that came too late is made again, and finds what is current', async () => {
  let reads = 0;
  const read = (): Promise<string> =>
    ++reads < limits.readAttemptsMax ? Promise.reject(missing) : Promise.resolve('current');
  expect(await readAgain(read)).toBe('current');
});

test('bytes that stay gone are an error', async () => {
  let reads = 0;
  const read = (): Promise<string> => {
    reads++;
    return Promise.reject(missing);
  };
  await expect(readAgain(read)).rejects.toBe(missing);
  expect(reads).toBe(limits.readAttemptsMax);
});

test('any other failure is no reason to read again', async () => {
  const corrupt = new EngineError('corrupt', 'changed');
  let reads = 0;
  const read = (): Promise<string> => {
    reads++;
    return Promise.reject(corrupt);
  };
  await expect(readAgain(read)).rejects.toBe(corrupt);
  expect(reads).toBe(1);
});
