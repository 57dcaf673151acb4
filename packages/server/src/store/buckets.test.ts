import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createStore } from './create-store.ts';
import { openTestStore, putRequest } from './store-for-tests.ts';

const rules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://app.example'] }];

test('a bucket is the same object for as long as its row does not change', async () => {
  const { buckets, bucket } = await openTestStore();
  const found = await buckets.find('bucket');
  expect(found).toEqual(bucket);
  expect(await buckets.find('bucket')).toBe(found);
  expect(await buckets.configure(bucket, { cors: rules })).toBe(true);
  const configured = await buckets.find('bucket');
  expect(configured).toEqual({ ...bucket, cors: rules });
  expect(await buckets.find('bucket')).toBe(configured);
  expect(await buckets.configure(bucket, { cors: undefined })).toBe(true);
  expect(await buckets.find('bucket')).toEqual(bucket);
});

test('what another process does holds at once', async () => {
  const { buckets, bucket, metadata, data } = await openTestStore();
  const other = createStore({ metadata, data, now: () => 0, random: randomBytes });
  expect(await buckets.find('bucket')).toEqual(bucket);
  await other.buckets.configure(bucket, { cors: rules });
  expect((await buckets.find('bucket'))?.cors).toEqual(rules);
  await other.buckets.remove(bucket);
  expect(await buckets.find('bucket')).toBeUndefined();
});

test('a name is taken once, whoever asks at the same time', async () => {
  const { buckets } = await openTestStore();
  const asked = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      buckets.create({ name: 'new', region: 'eu-west-1', owner: `owner-${i}` }),
    ),
  );
  expect(asked.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(asked.map(({ bucket }) => bucket.owner)).size).toBe(1);
});

test('a bucket with an object stays; an empty one goes once', async () => {
  const { buckets, objects, bucket } = await openTestStore();
  await objects.put(bucket, putRequest('\uffff', 'x'));
  expect(await buckets.remove(bucket)).toBe('not-empty');
  await objects.remove(bucket, '\uffff');
  expect(await Promise.all([buckets.remove(bucket), buckets.remove(bucket)])).toEqual(
    expect.arrayContaining(['removed', 'absent']),
  );
});

test('whoever holds a removed bucket cannot touch its successor', async () => {
  const { buckets, bucket } = await openTestStore();
  await buckets.remove(bucket);
  const { bucket: next } = await buckets.create({ name: 'bucket', region: 'r', owner: 'other' });
  expect(next.id).not.toBe(bucket.id);
  expect(await buckets.configure(bucket, { cors: rules })).toBe(false);
  expect(await buckets.remove(bucket)).toBe('absent');
  expect(await buckets.find('bucket')).toEqual(next);
});

test('settings that are changed at the same time are both kept', async () => {
  const { buckets, bucket } = await openTestStore();
  const changes = Array.from({ length: 10 }, (_, i) =>
    buckets.configure(bucket, { cors: [{ AllowedMethods: ['GET'], AllowedOrigins: [`${i}`] }] }),
  );
  expect(await Promise.all(changes)).toEqual(changes.map(() => true));
});

test('buckets are listed by owner, in order, in pages', async () => {
  const { buckets } = await openTestStore();
  const names = ['a', 'a-1', 'ab', 'b', 'b.c', 'c'];
  for (const name of names) await buckets.create({ name, region: 'r', owner: 'me' });
  for (const name of ['a0', 'bb']) await buckets.create({ name, region: 'r', owner: 'other' });
  const list = async (page: { prefix?: string; after?: string; limit: number }) => {
    const found = await buckets.list({ owner: 'me', ...page });
    return [found.buckets.map(({ name }) => name), found.truncated];
  };
  expect(await list({ limit: 100 })).toEqual([names, false]);
  expect(await list({ limit: 6 })).toEqual([names, false]);
  expect(await list({ limit: 2 })).toEqual([['a', 'a-1'], true]);
  expect(await list({ limit: 2, after: 'a-1' })).toEqual([['ab', 'b'], true]);
  expect(await list({ limit: 2, after: 'b' })).toEqual([['b.c', 'c'], false]);
  expect(await list({ limit: 2, prefix: 'a' })).toEqual([['a', 'a-1'], true]);
  expect(await list({ limit: 3, prefix: 'a', after: '0' })).toEqual([['a', 'a-1', 'ab'], false]);
  expect(await list({ limit: 3, prefix: 'a', after: 'b' })).toEqual([[], false]);
  expect(await list({ limit: 3, prefix: 'a'.repeat(9000) })).toEqual([[], false]);
  expect(await list({ limit: 9, after: 'b'.repeat(9000) })).toEqual([['c'], false]);
  expect(await buckets.find('a'.repeat(9000))).toBeUndefined();
  expect((await buckets.list({ owner: 'nobody', limit: 5 })).buckets).toEqual([]);
});
