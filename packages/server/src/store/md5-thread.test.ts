import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { openMd5Stream, stopMd5Thread } from './md5-thread.ts';
import { openTestStore, putRequest } from './store-for-tests.ts';

const died = 'the MD5 thread ended';
const emptyMd5 = createHash('md5').digest('hex');

test('when the thread dies its streams fail, and the next ones get another thread', async () => {
  const open = openMd5Stream();
  const other = openMd5Stream();
  await open.update(Buffer.alloc(3_000_000));
  const [finished] = await Promise.allSettled([open.finish(), stopMd5Thread()]);
  expect(finished).toMatchObject({ status: 'rejected', reason: { message: died } });
  expect(() => other.update(Buffer.alloc(1))).toThrow(died);
  await expect(other.finish()).rejects.toThrow(died);
  expect(await openMd5Stream().finish()).toBe(emptyMd5);
});

test('a stream that waits for room fails as well', async () => {
  const open = openMd5Stream();
  const waiting = open.update(Buffer.alloc(64 * 1024 * 1024));
  expect(waiting).toBeInstanceOf(Promise);
  const [waited] = await Promise.allSettled([waiting, stopMd5Thread()]);
  expect(waited).toMatchObject({ status: 'rejected', reason: { message: died } });
  open.cancel();
});

test('a put whose digests fail fails, and nothing is visible', async () => {
  const { objects, bucket } = await openTestStore();
  const sizeBytes = limits.digestThreadBytesMin * 2;
  async function* body() {
    yield Buffer.alloc(sizeBytes / 2);
    await stopMd5Thread();
    yield Buffer.alloc(sizeBytes / 2);
  }
  await expect(
    objects.put(bucket, putRequest('a', '', { body: body(), sizeBytes })),
  ).rejects.toThrow(died);
  expect(await objects.open(bucket, 'a')).toBeUndefined();
});
