import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  createStore,
  encodeMarker,
  encodeObject,
  objectKey,
  openLmdb,
  openMemoryData,
  stampAt,
  versionKey,
  type Bucket,
  type MetadataEngine,
  type Store,
} from '@causeway/server/bench';

/**
 * What fills a bucket: one object for each key; as many old versions again behind a thousand objects;
 * or delete markers, between a thousand objects.
 */
export type Shape = 'objects' | 'versions' | 'delete markers';

const folders = 1000;
const batch = 5000;
const stamp = stampAt(0);

export interface OpenStore extends Store {
  readonly metadata: MetadataEngine;
  close(): Promise<void>;
}

export interface FullBucket extends Bucket {
  /** The key at a part of all of them, 0 to 1. */
  keyAt(part: number): string;
}

/** A store over LMDB in a directory. */
export function openStore(directory: string): OpenStore {
  const metadata = openLmdb(join(directory, 'metadata'));
  const data = openMemoryData();
  const store = createStore({ metadata, data, now: Date.now, random: randomBytes });
  return {
    ...store,
    metadata,
    close: async () => {
      await data.close();
      await metadata.close();
    },
  };
}

/** A new bucket with so many keys, in a thousand folders. Rows are written as the store writes them,
 * many in one commit. */
export async function fillBucket(
  { buckets, metadata }: OpenStore,
  { shape, keys }: { readonly shape: Shape; readonly keys: number },
): Promise<FullBucket> {
  const name = `${shape.replaceAll(' ', '-')}-${keys}`;
  const { bucket } = await buckets.create({ name, region: 'r', owner: 'owner' });
  await buckets.configure(bucket, { versioning: shape === 'objects' ? undefined : 'Enabled' });
  const perFolder = Math.ceil(keys / folders);
  const keyOf = (at: number): string =>
    `folder-${String(Math.floor(at / perFolder)).padStart(4, '0')}/key-${String(at % perFolder).padStart(7, '0')}`;
  for (let from = 0; from < keys; from += batch) {
    const puts = [];
    for (let at = from; at < Math.min(from + batch, keys); at += 1) {
      const key = keyOf(at);
      // The first key of each folder is current in every shape.
      if (shape === 'objects' || at % perFolder === 0) {
        puts.push({ key: objectKey(bucket.id, key), value: rowOf(key) });
      } else if (shape === 'versions') {
        const first = keyOf(at - (at % perFolder));
        const older = stampAt(perFolder - (at % perFolder));
        puts.push({ key: versionKey(bucket.id, first, older), value: rowOf(first) });
      } else {
        const marker = {
          key,
          modifiedMs: 0,
          owner: 'owner',
          version: { id: `${stamp}${stamp}`, stamp },
        };
        puts.push({ key: versionKey(bucket.id, key, stamp), value: encodeMarker(marker) });
      }
    }
    await metadata.commit({ puts });
  }
  const found = (await buckets.find(name)) ?? bucket;
  // A page that begins too near the end would be a short one.
  const last = shape === 'objects' ? Math.max(keys - 1001, 0) : 0;
  return { ...found, keyAt: (part: number) => (last === 0 ? '' : keyOf(Math.floor(part * last))) };
}

const rowOf = (key: string): Uint8Array =>
  encodeObject({
    object: {
      key,
      sizeBytes: 0,
      etag: 'd41d8cd98f00b204e9800998ecf8427e',
      modifiedMs: 1_700_000_000_000,
      owner: 'owner',
      headers: { contentType: 'text/plain' },
      userMetadata: {},
      version: { id: 'null', stamp: stampAt(1_700_000_000_000) },
    },
    content: { kind: 'row', id: '0'.repeat(32), sizeBytes: 0 },
  });
