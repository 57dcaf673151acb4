import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createReaper } from '../background/reaper.ts';
import { limits } from '../limits.ts';
import type { Objects } from '../store/object.ts';
import { putRequest, readAll } from '../store/store-for-tests.ts';
import { openTestServer } from './context-for-tests.ts';
import { copyObject } from './copy-object.ts';
import { getObject } from './get-object.ts';

const large = (): Buffer => randomBytes(limits.inlineBytesMax + 1);

/** A server whose object is overwritten, and whose old bytes are gone, between the moment in which
 * a request opened it and the moment in which it reads: once. */
async function openRacing() {
  const server = await openTestServer();
  const { bucket, store, clock } = server;
  const newer = large();
  await store.objects.put(bucket, putRequest('key', large()));
  let raced = false;
  const open: Objects['open'] = async (...args) => {
    const opened = await store.objects.open(...args);
    if (!raced) {
      raced = true;
      await store.objects.put(bucket, putRequest('key', newer));
      clock.nowMs += limits.garbageBlobGraceMs + 1;
      const reaper = createReaper({ ...store, now: () => clock.nowMs, onFailure: () => {} });
      const reaped = await reaper.round();
      assert(reaped === 1, 'the old bytes are gone');
    }
    return opened;
  };
  return { ...server, newer, store: { ...store, objects: { ...store.objects, open } } };
}

test('a GET that comes too late for the bytes gets the newer object, whole', async () => {
  const { context, store, newer } = await openRacing();
  const output = await getObject.run({ ...context<'GetObject'>({}), store });
  expect(output.ContentLength).toBe(newer.length);
  expect(output.Body && (await readAll(output.Body)).equals(newer)).toBe(true);
});

test('a copy that comes too late for the bytes copies the newer object', async () => {
  const { context, store, bucket, newer } = await openRacing();
  const input = { CopySource: `${bucket.name}/key` };
  await copyObject.run({ ...context<'CopyObject'>(input, { key: 'copy' }), store });
  const copy = await store.objects.open(bucket, 'copy');
  expect(copy && (await readAll(await copy.read())).equals(newer)).toBe(true);
});
