import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openMemoryData } from '../data/memory.ts';
import type { DataEngine } from '../data/engine.ts';
import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import { openTestStore, readAll, streamOf } from '../store/store-for-tests.ts';
import { createReaper } from './reaper.ts';

const bytes = randomBytes(limits.inlineBytesMax + 1);

/** An upload, and a metadata engine whose next call fails when the test says so. */
async function openFailing() {
  const memory = openMemoryMetadata();
  let failing: 'get' | 'commit before' | 'commit after' | undefined;
  const failed = new Error('the engine is gone');
  const metadata: MetadataEngine = {
    ...memory,
    async get(key) {
      if (failing === 'get' && key[0] === 0x71) throw failed;
      return memory.get(key);
    },
    async commit(commit) {
      const when = failing;
      failing = undefined;
      if (when === 'commit before') throw failed;
      const result = await memory.commit(commit);
      if (when === 'commit after') throw failed;
      return result;
    },
  };
  const blobs = new Set<string>();
  const data = openMemoryData();
  const counted: DataEngine = {
    ...data,
    async write(source, signal) {
      const blob = await data.write(source, signal);
      blobs.add(blob.id);
      return blob;
    },
    async remove(id) {
      await data.remove(id);
      blobs.delete(id);
    },
  };
  const store = await openTestStore({ metadata, data: counted });
  const { uploads, bucket, clock } = store;
  const attributes = { headers: {}, userMetadata: {} };
  const upload = await uploads.create(bucket, { key: 'key', owner: 'owner', attributes });
  const now = () => clock.nowMs;
  const reaper = createReaper({ metadata, data: counted, now, onFailure: () => {} });
  return {
    ...store,
    upload,
    blobs,
    putPartFailing: async (when: typeof failing) => {
      failing = when;
      const body = { body: streamOf(bytes), sizeBytes: bytes.length, integrity: {} };
      await expect(uploads.putPart(bucket, upload, { number: 1, ...body })).rejects.toBe(failed);
      failing = undefined;
    },
    reapDoubts: async () => {
      clock.nowMs += limits.garbageDoubtMs;
      await reaper.round();
    },
  };
}

test('a part whose commit happened though it failed stays, also once it is part of an object', async () => {
  for (const reapFirst of [true, false]) {
    const server = await openFailing();
    const { uploads, objects, bucket, upload, reapDoubts } = server;
    await server.putPartFailing('commit after');
    if (reapFirst) await reapDoubts();
    const { parts } = await uploads.parts(upload, { after: 0, limit: 1 });
    const refs = parts.map(({ number, etag }) => ({ number, etag, checksums: {} }));
    await uploads.complete(bucket, upload, { parts: refs });
    await reapDoubts();
    const open = await objects.open(bucket, 'key');
    expect((await readAll((await open?.read()) ?? Buffer.of())).equals(bytes)).toBe(true);
  }
});

test('a part whose commit did not happen goes once that is sure', async () => {
  const { putPartFailing, reapDoubts, blobs } = await openFailing();
  await putPartFailing('commit before');
  expect(blobs.size).toBe(1);
  await reapDoubts();
  expect(blobs.size).toBe(0);
});

test('a part whose upload was aborted goes, whatever became of its commit', async () => {
  const { putPartFailing, reapDoubts, blobs, uploads, bucket, upload } = await openFailing();
  await putPartFailing('commit after');
  await uploads.abort(bucket, 'key', upload.id);
  await reapDoubts();
  expect(blobs.size).toBe(0);
});

test('a part that never came to its commit goes at once', async () => {
  const { putPartFailing, blobs } = await openFailing();
  await putPartFailing('get');
  expect(blobs.size).toBe(0);
});
