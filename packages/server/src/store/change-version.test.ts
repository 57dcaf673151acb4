import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { openTestStore, putRequest, readAll } from './store-for-tests.ts';
import { audit } from './uploads-for-tests.ts';

const tagged = (value: string) => ({
  change: <T extends object>(object: T) => ({ ...object, tags: [['key', value]] as const }),
});

test('an object is changed where it is: bytes, time and version stay', async () => {
  const { objects, bucket, clock } = await openTestStore();
  for (const size of [0, 3, limits.inlineBytesMax + 1]) {
    const body = 'x'.repeat(size);
    const put = await objects.put(bucket, putRequest('a', body));
    clock.nowMs += 1000;
    expect(await objects.amend(bucket, 'a', tagged('1'))).toEqual({ ...put, tags: [['key', '1']] });
    const open = await objects.open(bucket, 'a');
    expect(open?.object).toEqual({ ...put, tags: [['key', '1']] });
    expect(open && String(await readAll(await open.read()))).toBe(body);
  }
});

test('a version that is not current is changed, and the current one is not', async () => {
  const { objects, buckets, bucket, metadata } = await openTestStore();
  await objects.put(bucket, putRequest('a', '0'));
  await buckets.configure(bucket, { versioning: 'Enabled' });
  const now = (await buckets.find('bucket')) ?? bucket;
  const one = await objects.put(now, putRequest('a', '1'));
  await objects.put(now, putRequest('a', '2'));
  for (const versionId of ['null', one.version.id]) {
    await objects.amend(now, 'a', { versionId, ...tagged(versionId) });
  }
  const tagsOf = async (versionId?: string) =>
    (await objects.open(now, 'a', versionId === undefined ? {} : { versionId }))?.object.tags;
  expect(await tagsOf()).toBeUndefined();
  expect(await tagsOf('null')).toEqual([['key', 'null']]);
  expect(await tagsOf(one.version.id)).toEqual([['key', one.version.id]]);
  expect(await audit(metadata)).toEqual([]);
});

test('there is nothing to change where nothing is, or a delete marker', async () => {
  const { objects, buckets, bucket } = await openTestStore();
  expect(await objects.amend(bucket, 'a', tagged('1'))).toBeUndefined();
  await buckets.configure(bucket, { versioning: 'Enabled' });
  const now = (await buckets.find('bucket')) ?? bucket;
  await objects.put(now, putRequest('a', '1'));
  const { version } = await objects.remove(now, 'a');
  const versionId = version?.id ?? '';
  expect(await objects.amend(now, 'a', tagged('1'))).toBeUndefined();
  expect(await objects.amend(now, 'a', { versionId, ...tagged('1') })).toBeUndefined();
  expect(await objects.open(now, 'a')).toBeUndefined();
});

test('changes at the same time all happen, one after the other', async () => {
  const { objects, bucket } = await openTestStore();
  await objects.put(bucket, putRequest('a', 'x'));
  const names = Array.from({ length: 20 }, (_, index) => `tag-${index}`);
  await Promise.all(
    names.map((name) =>
      objects.amend(bucket, 'a', {
        change: (object) => ({ ...object, tags: [...(object.tags ?? []), [name, '']] }),
      }),
    ),
  );
  const open = await objects.open(bucket, 'a');
  expect(open?.object.tags?.map(([name]) => name).toSorted()).toEqual(names.toSorted());
});

test('a change of what is overwritten meanwhile changes what took its place', async () => {
  const { objects, bucket, metadata } = await openTestStore();
  for (let round = 0; round < 20; round += 1) {
    await objects.put(bucket, putRequest('a', 'old'));
    await Promise.all([
      objects.put(bucket, putRequest('a', 'new')),
      objects.amend(bucket, 'a', tagged('1')),
    ]);
    const open = await objects.open(bucket, 'a');
    // Either way round, no change may bring the old bytes back.
    expect(open && String(await readAll(await open.read()))).toBe('new');
  }
  expect(await audit(metadata)).toEqual([]);
});

test('nothing is changed in a bucket that is gone', async () => {
  const { objects, buckets, bucket } = await openTestStore();
  await objects.put(bucket, putRequest('a', 'x'));
  await expect(
    objects.amend(bucket, 'a', {
      change: (object) => {
        void objects.remove(bucket, 'a').then(() => buckets.remove(bucket));
        return object;
      },
    }),
  ).resolves.toBeDefined();
  await expect(objects.amend(bucket, 'a', tagged('1'))).resolves.toBeUndefined();
});
