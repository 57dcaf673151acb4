import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { openUploadStore, audit, countRows } from '../store/uploads-for-tests.ts';
import { createReaper } from './reaper.ts';
import { expireUploads } from './expire-uploads.ts';

const large = 'x'.repeat(limits.inlineBytesMax + 1);

test('an upload to which nothing came for a week is gone, with its parts', async () => {
  const { metadata, data, uploads, bucket, clock, begin, putPart } = await openUploadStore();
  const now = () => clock.nowMs;
  const old = await begin('a');
  await putPart(old, 1, 'small');
  await putPart(old, 2, large);
  clock.nowMs += limits.uploadLifeMs - 1;
  expect(await expireUploads({ metadata, now })).toBe(0);
  const young = await begin('a');
  await putPart(young, 1, 'x');
  clock.nowMs += 1;
  expect(await expireUploads({ metadata, now })).toBe(1);
  await expect(uploads.find(bucket, 'a', old.id)).rejects.toMatchObject({ code: 'NoSuchUpload' });
  expect((await uploads.find(bucket, 'a', young.id)).id).toBe(young.id);
  expect(await audit(metadata)).toEqual([]);
  clock.nowMs += limits.garbageGraceMs;
  await createReaper({ metadata, data, now, onFailure: () => {} }).round();
  expect(await countRows(metadata, 'c')).toBe(1);
  expect(await countRows(metadata, 'g')).toBe(0);
});

test('an upload that parts still come to lives on, however old it is', async () => {
  const { metadata, clock, begin, putPart } = await openUploadStore();
  const now = () => clock.nowMs;
  const upload = await begin('a');
  for (let week = 0; week < 3; week += 1) {
    clock.nowMs += limits.uploadLifeMs - 1;
    await putPart(upload, 1, 'x');
    expect(await expireUploads({ metadata, now })).toBe(0);
  }
});

test('a part that comes at the last moment keeps its upload alive', async () => {
  const { metadata, clock, begin, putPart } = await openUploadStore();
  const upload = await begin('a');
  clock.nowMs += limits.uploadLifeMs;
  let came = false;
  const expired = await expireUploads({
    metadata: {
      ...metadata,
      commit: async (commit) => {
        if (!came) {
          came = true;
          await putPart(upload, 1, 'x');
        }
        return metadata.commit(commit);
      },
    },
    now: () => clock.nowMs,
  });
  expect(expired).toBe(0);
  expect(await audit(metadata)).toEqual([]);
});

test('all uploads are looked at, however many there are', async () => {
  const { metadata, clock, begin } = await openUploadStore();
  const count = limits.garbageBatchMax + 1;
  for (let index = 0; index < count; index += 1) await begin(`key ${index % 3}`);
  clock.nowMs += limits.uploadLifeMs;
  expect(await expireUploads({ metadata, now: () => clock.nowMs })).toBe(count);
  const left = await metadata.scan({ from: Buffer.from('u'), until: Buffer.from('v'), limit: 1 });
  expect(left).toEqual([]);
});
