import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFiles } from '../data/files.ts';
import { limits } from '../limits.ts';
import { openLmdb } from '../metadata/lmdb.ts';
import { openTestStore, putRequest, readAll } from './store-for-tests.ts';

test('a store over the embedded engines finds everything again after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-store-'));
  const open = async () => {
    const metadata = openLmdb(join(directory, 'metadata'));
    const data = await openFiles(join(directory, 'data'));
    const close = async () => {
      await metadata.close();
      await data.close();
    };
    return { ...(await openTestStore({ metadata, data })), close };
  };
  try {
    const sizes = [0, 5, limits.inlineBytesMax + 1, 3 * 1024 * 1024];
    const bodies = new Map(sizes.map((size) => [`a/${size}`, randomBytes(size)]));
    const before = await open();
    for (const [key, body] of bodies) {
      // Overwritten by sixteen writers at once; the last commit is the one that stays.
      const writers = Array.from({ length: 16 }, () =>
        before.objects.put(before.bucket, putRequest(key, randomBytes(20))),
      );
      await Promise.all(writers);
      await before.objects.put(before.bucket, putRequest(key, body));
    }
    await before.objects.put(before.bucket, putRequest('gone', 'x'));
    await before.objects.remove(before.bucket, 'gone');
    await before.close();

    const after = await open();
    expect(after.bucket).toEqual(before.bucket);
    const query = { prefix: '', delimiter: '', after: '', limit: 100 };
    const { objects } = await after.objects.list(after.bucket, query);
    expect(objects.map(({ key }) => key)).toEqual([...bodies.keys()].toSorted());
    for (const [key, body] of bodies) {
      const object = await after.objects.open(after.bucket, key);
      expect(object && (await readAll(await object.read())).equals(body)).toBe(true);
    }
    await after.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
