import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DataEngine } from '../data/engine.ts';
import { openMemoryData } from '../data/memory.ts';
import { limits } from '../limits.ts';
import { garbagePrefix } from '../store/garbage.ts';
import { prefixRange } from '../store/keyspace.ts';
import { openTestStore, putRequest, readAll, streamOf } from '../store/store-for-tests.ts';
import { createReaper } from './reaper.ts';

const large = () => randomBytes(limits.inlineBytesMax + 1);

/** A store whose blobs the test can count. */
async function openCounted() {
  const data = openMemoryData();
  const blobs = new Set<string>();
  const removing = { fails: false };
  const counted: DataEngine = {
    ...data,
    async write(source, signal) {
      const blob = await data.write(source, signal);
      blobs.add(blob.id);
      return blob;
    },
    async remove(id) {
      if (removing.fails) throw new Error('not now');
      await data.remove(id);
      blobs.delete(id);
    },
  };
  const server = await openTestStore({ data: counted });
  const failures: unknown[] = [];
  const reaper = createReaper({
    metadata: server.metadata,
    data: counted,
    now: () => server.clock.nowMs,
    onFailure: (error) => failures.push(error),
  });
  const rows = async (prefix: Uint8Array) =>
    (await server.metadata.scan({ ...prefixRange(prefix), limit: 1000 })).length;
  return { ...server, reaper, blobs, removing, failures, rows };
}

test('a blob that was overwritten goes when its grace is over, the current one stays', async () => {
  const { objects, bucket, reaper, blobs, clock, rows } = await openCounted();
  const bytes = large();
  await objects.put(bucket, putRequest('a', large()));
  await objects.put(bucket, putRequest('a', bytes));
  expect(blobs.size).toBe(2);
  expect(await reaper.round()).toBe(0);
  clock.nowMs += limits.garbageGraceMs;
  expect(await reaper.round()).toBe(1);
  expect(blobs.size).toBe(1);
  expect(await rows(garbagePrefix)).toBe(0);
  const open = await objects.open(bucket, 'a');
  expect(open && (await readAll(await open.read())).equals(bytes)).toBe(true);
});

test('the parts of an object that was removed go, with their rows', async () => {
  const server = await openCounted();
  const { objects, uploads, bucket, reaper, blobs, clock, rows } = server;
  const upload = await uploads.create(bucket, {
    key: 'a',
    owner: 'owner',
    attributes: { headers: {}, userMetadata: {} },
  });
  const bodies = [randomBytes(limits.partBytesMin), Buffer.from('end')];
  const parts = await Promise.all(
    bodies.map(async (bytes, index) => {
      const body = { body: streamOf(bytes), sizeBytes: bytes.length, integrity: {} };
      const part = await uploads.putPart(bucket, upload, { number: index + 1, ...body });
      return { ...part, checksums: {} };
    }),
  );
  await uploads.complete(bucket, upload, { parts });
  await objects.remove(bucket, 'a');
  expect(await rows(Buffer.from('p'))).toBe(1);
  clock.nowMs += limits.garbageGraceMs;
  await reaper.round();
  expect(blobs.size).toBe(0);
  for (const table of ['p', 'c', 'g']) expect(await rows(Buffer.from(table))).toBe(0);
});

test('what was being uploaded into a removed bucket goes, in the end', async () => {
  const { buckets, uploads, bucket, reaper, blobs, clock, rows } = await openCounted();
  for (const key of ['a', 'b']) {
    const attributes = { headers: {}, userMetadata: {} };
    const upload = await uploads.create(bucket, { key, owner: 'owner', attributes });
    for (const [number, bytes] of [large(), Buffer.from('few')].entries()) {
      const body = { body: streamOf(bytes), sizeBytes: bytes.length, integrity: {} };
      await uploads.putPart(bucket, upload, { number: number + 1, ...body });
    }
  }
  expect(blobs.size).toBe(2);
  expect(await buckets.remove(bucket)).toBe('removed');
  clock.nowMs += limits.garbageGraceMs;
  await reaper.round();
  clock.nowMs += limits.garbageGraceMs;
  await reaper.round();
  expect(blobs.size).toBe(0);
  for (const table of ['u', 'q', 'c', 'g']) expect(await rows(Buffer.from(table))).toBe(0);
});

test('what cannot be removed now is tried again later, and does not hold up the rest', async () => {
  const { objects, bucket, reaper, blobs, clock, removing, failures } = await openCounted();
  await objects.put(bucket, putRequest('a', large()));
  await objects.remove(bucket, 'a');
  clock.nowMs += limits.garbageGraceMs;
  removing.fails = true;
  expect(await reaper.round()).toBe(1);
  expect(failures).toHaveLength(1);
  expect(await reaper.round()).toBe(0);
  removing.fails = false;
  clock.nowMs += limits.garbageGraceMs;
  expect(await reaper.round()).toBe(1);
  expect(blobs.size).toBe(0);
});

test('two reapers at once do no harm', async () => {
  const server = await openCounted();
  const { objects, bucket, reaper, blobs, clock, failures } = server;
  for (let i = 0; i < 20; i++) await objects.put(bucket, putRequest('a', large()));
  clock.nowMs += limits.garbageGraceMs;
  const other = createReaper({
    ...server,
    now: () => clock.nowMs,
    onFailure: (e) => failures.push(e),
  });
  await Promise.all([reaper.round(), other.round()]);
  expect(blobs.size).toBe(1);
  expect(failures).toEqual([]);
});

test('it works on its own until it is stopped', async () => {
  const { objects, bucket, reaper, blobs, clock } = await openCounted();
  await objects.put(bucket, putRequest('a', large()));
  await objects.remove(bucket, 'a');
  clock.nowMs += limits.garbageGraceMs;
  reaper.start();
  await expect.poll(() => blobs.size).toBe(0);
  await reaper.stop();
});
