import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import type { Bucket } from './bucket.ts';
import type { Objects } from './object.ts';
import { openTestStore, putRequest, readAll } from './store-for-tests.ts';
import { audit, countRows } from './uploads-for-tests.ts';

const large = 'x'.repeat(limits.inlineBytesMax + 1);

const rename = (objects: Objects, bucket: Bucket, from: string, to: string) =>
  objects.rename(bucket, { from, to, judge: () => undefined });

async function read(objects: Objects, bucket: Bucket, key: string): Promise<string | undefined> {
  const open = await objects.open(bucket, key);
  return open && String(await readAll(await open.read()));
}

test.each([
  ['', 'nothing'],
  ['small', 'a row'],
  [large, 'a blob'],
])('an object is under its new key, with its time and all that it says (%#)', async (body) => {
  const { objects, bucket, clock, metadata } = await openTestStore();
  const attributes = { headers: { contentType: 'a/b' }, userMetadata: { a: 'b' } };
  const put = await objects.put(bucket, putRequest('from', body, { attributes }));
  await objects.put(bucket, putRequest('to', 'replaced'));
  clock.nowMs += 1000;
  await rename(objects, bucket, 'from', 'to');
  expect(await objects.open(bucket, 'from')).toBeUndefined();
  expect((await objects.open(bucket, 'to'))?.object).toEqual({ ...put, key: 'to' });
  expect(await read(objects, bucket, 'to')).toBe(body);
  expect(await audit(metadata)).toEqual([]);
  await objects.remove(bucket, 'to');
  expect(await countRows(metadata, 'o')).toBe(0);
  expect(await countRows(metadata, 'c')).toBe(0);
});

test('what is not there cannot be renamed, and onto itself nothing happens', async () => {
  const { objects, bucket } = await openTestStore();
  await expect(rename(objects, bucket, 'a', 'b')).rejects.toMatchObject({
    code: 'NoSuchKey',
    fields: { Key: 'a' },
  });
  await objects.put(bucket, putRequest('a', 'x'));
  await rename(objects, bucket, 'a', 'a');
  expect(await read(objects, bucket, 'a')).toBe('x');
});

test('two renames of one object: one wins, and the object is there once', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { objects, bucket, metadata } = await openTestStore();
    await objects.put(bucket, putRequest('a', 'x'));
    const results = await Promise.allSettled([
      rename(objects, bucket, 'a', 'b'),
      rename(objects, bucket, 'a', 'c'),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await countRows(metadata, 'o')).toBe(1);
    expect(await audit(metadata)).toEqual([]);
  }
});

test('a rename and a write at the same time leave no content without an object', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { objects, bucket, metadata } = await openTestStore();
    await objects.put(bucket, putRequest('a', 'old'));
    await Promise.all([
      rename(objects, bucket, 'a', 'b'),
      objects.put(bucket, putRequest('a', 'new')),
      objects.put(bucket, putRequest('b', 'other')),
    ]);
    expect(await audit(metadata)).toEqual([]);
  }
});

test('a bucket that keeps versions, or starts to meanwhile, renames nothing', async () => {
  const { objects, buckets, bucket } = await openTestStore();
  await objects.put(bucket, putRequest('a', 'x'));
  await buckets.configure(bucket, { versioning: 'Enabled' });
  const now = (await buckets.find('bucket')) ?? bucket;
  for (const seen of [bucket, now]) {
    await expect(rename(objects, seen, 'a', 'b')).rejects.toMatchObject({ status: 501 });
    const append = { ...putRequest('a', 'y'), offsetBytes: 1 };
    await expect(objects.append(seen, append)).rejects.toMatchObject({ status: 501 });
  }
  expect(await read(objects, now, 'a')).toBe('x');
});
