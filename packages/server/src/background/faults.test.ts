import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DataEngine } from '../data/engine.ts';
import { openMemoryData } from '../data/memory.ts';
import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import { openTestStore, putRequest, readAll } from '../store/store-for-tests.ts';
import { createReaper } from './reaper.ts';

type Fault = 'none' | 'before' | 'after' | 'always';

/** Engines of which the next commit can be made to fail, before or after it took effect. */
async function openFaulty() {
  const metadata = openMemoryMetadata();
  const data = openMemoryData();
  const fault: { next: Fault } = { next: 'none' };
  const blobs = new Set<string>();
  const faulty: MetadataEngine = {
    ...metadata,
    async commit(commit) {
      const { next } = fault;
      if (next !== 'always') fault.next = 'none';
      const unavailable = new EngineError('unavailable', 'the connection was lost');
      if (next === 'before' || next === 'always') throw unavailable;
      const result = await metadata.commit(commit);
      if (next === 'after') throw unavailable;
      return result;
    },
  };
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
  const server = await openTestStore({ metadata: faulty, data: counted });
  const reaper = createReaper({
    metadata,
    data: counted,
    now: () => server.clock.nowMs,
    onFailure: (error) => {
      throw error;
    },
  });
  const read = async (key: string) => {
    const open = await server.objects.open(server.bucket, key);
    return open && readAll(await open.read());
  };
  return { ...server, fault, blobs, reaper, read };
}

const sizes = [10, limits.inlineBytesMax + 1];

test.each(sizes)(
  'a commit of %i bytes that fails leaves nothing visible, and in the end nothing',
  async (size) => {
    const { objects, bucket, fault, blobs, reaper, read, clock } = await openFaulty();
    const before = randomBytes(size);
    await objects.put(bucket, putRequest('a', before));
    const held = blobs.size;
    fault.next = 'before';
    await expect(objects.put(bucket, putRequest('a', randomBytes(size)))).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await read('a')).toEqual(before);
    clock.nowMs += limits.garbageDoubtMs;
    await reaper.round();
    expect(blobs.size).toBe(held);
    expect(await read('a')).toEqual(before);
  },
);

test.each(sizes)(
  'a commit of %i bytes that happened though it failed keeps its bytes',
  async (size) => {
    const { objects, bucket, fault, blobs, reaper, read, clock } = await openFaulty();
    await objects.put(bucket, putRequest('a', randomBytes(size)));
    const held = blobs.size;
    const after = randomBytes(size);
    fault.next = 'after';
    await expect(objects.put(bucket, putRequest('a', after))).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(await read('a')).toEqual(after);
    clock.nowMs += limits.garbageDoubtMs;
    await reaper.round();
    expect(await read('a')).toEqual(after);
    expect(blobs.size).toBe(held);
  },
);

test('an engine that stays away hides the first failure from nobody', async () => {
  const { objects, bucket, fault, read } = await openFaulty();
  fault.next = 'always';
  await expect(
    objects.put(bucket, putRequest('a', randomBytes(limits.inlineBytesMax + 1))),
  ).rejects.toMatchObject({ kind: 'unavailable' });
  fault.next = 'none';
  expect(await read('a')).toBeUndefined();
});

test('a body that breaks off leaves no blob', async () => {
  const { objects, bucket, blobs, read } = await openFaulty();
  for (const size of [10, limits.inlineBytesMax + 1, 3 * 1024 * 1024]) {
    async function* body() {
      yield randomBytes(size / 2);
      throw new Error('the client went away');
    }
    await expect(
      objects.put(bucket, putRequest('a', '', { body: body(), sizeBytes: size })),
    ).rejects.toThrow('went away');
  }
  expect(blobs.size).toBe(0);
  expect(await read('a')).toBeUndefined();
});

test('a large body that is cancelled leaves nothing', async () => {
  const { objects, bucket, blobs, read } = await openFaulty();
  // A small one is complete before anybody could tell that its sender has gone.
  for (const size of sizes.filter((size) => size > limits.inlineBytesMax)) {
    const abort = new AbortController();
    async function* body() {
      yield randomBytes(size);
      abort.abort(new Error('cancelled'));
    }
    await expect(
      objects.put(bucket, putRequest('a', '', { body: body(), sizeBytes: size, caller: abort })),
    ).rejects.toThrow('cancelled');
  }
  expect(blobs.size).toBe(0);
  expect(await read('a')).toBeUndefined();
});

test('a blob in doubt stays where a rename or an append took it', async () => {
  const { objects, bucket, fault, blobs, reaper, read, clock } = await openFaulty();
  const body = randomBytes(limits.inlineBytesMax + 1);
  const round = async () => {
    clock.nowMs += limits.garbageDoubtMs;
    await reaper.round();
  };
  for (const key of ['renamed', 'appended']) {
    fault.next = 'after';
    await expect(objects.put(bucket, putRequest(key, body))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  }
  await objects.rename(bucket, { from: 'renamed', to: 'to', judge: () => undefined });
  const offsetBytes = body.length;
  await objects.append(bucket, { ...putRequest('appended', 'x'), offsetBytes });
  fault.next = 'after';
  const failing = { ...putRequest('appended', body), offsetBytes: offsetBytes + 1 };
  await expect(objects.append(bucket, failing)).rejects.toMatchObject({ kind: 'unavailable' });
  await round();
  expect(await read('to')).toEqual(body);
  expect((await read('appended'))?.length).toBe(2 * body.length + 1);

  // What nobody is in doubt about any more goes as everything does, its mark as well.
  await objects.remove(bucket, 'to');
  await objects.remove(bucket, 'appended');
  await round();
  expect(blobs.size).toBe(0);
});
