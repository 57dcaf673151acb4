import { Buffer } from 'node:buffer';
import type { Bytes, Entry, MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket, Buckets, Versioning } from './bucket.ts';
import { decodeBucket, encodeBucket } from './bucket-row.ts';
import { garbageEntry } from './garbage.ts';
import type { Ids } from './ids.ts';
import {
  bucketKey,
  liveKey,
  objectPrefix,
  prefixRange,
  versioningKey,
  versionsPrefix,
} from './keyspace.ts';
import { versioningValue } from './versioning.ts';

interface Cached {
  readonly bytes: Bytes;
  readonly bucket: Bucket;
}

/** The buckets in a metadata engine. */
export function createBuckets(store: {
  readonly metadata: MetadataEngine;
  readonly ids: Ids;
  readonly now: () => number;
}): Buckets {
  const { metadata, ids, now } = store;
  const cache = new Map<string, Cached>();

  /** The same object for the same bytes: compiled configurations hang on its identity. */
  function decoded(name: string, bytes: Bytes): Bucket {
    const known = cache.get(name);
    if (known && Buffer.compare(known.bytes, bytes) === 0) return known.bucket;
    const bucket = decodeBucket(name, bytes);
    cache.delete(name);
    if (cache.size >= limits.bucketCacheEntriesMax) {
      for (const oldest of cache.keys()) {
        cache.delete(oldest);
        break;
      }
    }
    cache.set(name, { bytes, bucket });
    return bucket;
  }

  async function find(name: string): Promise<Cached | undefined> {
    // Anything may stand in a URL, and a key has a limit. In UTF-8 a name is not shorter.
    if (name.length > limits.bucketNameBytesMax) return undefined;
    const bytes = await metadata.get(bucketKey(name));
    if (bytes === undefined) {
      cache.delete(name);
      return undefined;
    }
    return { bytes, bucket: decoded(name, bytes) };
  }

  /** The row of this very bucket, not of one that was created anew under its name. */
  async function findSame(bucket: Bucket): Promise<Cached | undefined> {
    const found = await find(bucket.name);
    return found?.bucket.id === bucket.id ? found : undefined;
  }

  return {
    async find(name) {
      return (await find(name))?.bucket;
    },

    async create({ name, ...settings }) {
      for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
        const taken = await find(name);
        if (taken) return { created: false, bucket: taken.bucket };
        const bytes = encodeBucket({ id: ids.bucket(), name, createdMs: now(), ...settings });
        const bucket = decodeBucket(name, bytes);
        const key = bucketKey(name);
        const result = await metadata.commit({
          checks: [{ key, value: undefined }],
          puts: [
            { key, value: bytes },
            { key: liveKey(bucket.id), value: bucketKey(name) },
          ],
        });
        if (result.ok) return { created: true, bucket: decoded(name, bytes) };
      }
      throw new S3Error('OperationAborted');
    },

    async remove(bucket) {
      const key = bucketKey(bucket.name);
      for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
        const found = await findSame(bucket);
        if (!found) return 'absent';
        const result = await metadata.commit({
          checks: [
            { key, value: found.bytes },
            { empty: prefixRange(objectPrefix(bucket.id)) },
            { empty: prefixRange(versionsPrefix(bucket.id)) },
          ],
          // Uploads under way do not keep a bucket alive on AWS; the reaper removes what they left.
          puts: [garbageEntry({ kind: 'uploads', name: bucket.id }, now())],
          deletes: [key, liveKey(bucket.id), versioningKey(bucket.id)],
        });
        if (result.ok) return 'removed';
        if (result.failed > 0) return 'not-empty';
      }
      throw new S3Error('OperationAborted');
    },

    async list({ owner, prefix = '', after = '', limit }) {
      if (prefix.length > limits.bucketNameBytesMax) return { buckets: [], truncated: false };
      const range = prefixRange(bucketKey(prefix));
      const buckets: Bucket[] = [];
      let from = range.from;
      if (after !== '') {
        // No name lies between a text that is longer than names are, and its beginning.
        const last = bucketKey(after.slice(0, limits.bucketNameBytesMax));
        const next = Buffer.concat([last, Buffer.of(0)]);
        if (Buffer.compare(next, from) > 0) from = next;
      }
      while (Buffer.compare(from, range.until) < 0) {
        const entries = await metadata.scan({ from, until: range.until, limit: limit + 1 });
        for (const { key, value } of entries) {
          const bucket = decoded(Buffer.from(key.subarray(1)).toString('utf8'), value);
          if (bucket.owner !== owner) continue;
          if (buckets.length === limit) return { buckets, truncated: true };
          buckets.push(bucket);
        }
        const last = entries.at(-1);
        if (last === undefined || entries.length <= limit) break;
        from = Buffer.concat([last.key, Buffer.of(0)]);
      }
      return { buckets, truncated: false };
    },

    async configure(bucket, settings) {
      const key = bucketKey(bucket.name);
      for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
        const found = await findSame(bucket);
        if (!found) return false;
        // JSON leaves out what is undefined, which is how a setting is removed.
        const value = encodeBucket({ ...found.bucket, ...settings });
        const result = await metadata.commit({
          checks: [{ key, value: found.bytes }],
          puts: [{ key, value }, ...versioningRow(bucket.id, settings.versioning)],
        });
        if (result.ok) return true;
      }
      throw new S3Error('OperationAborted');
    },
  };
}

/** A row of its own, so that every write into the bucket can check it: one that was decided before
 * versions were kept must not overwrite after. */
function versioningRow(bucketId: string, versioning: Versioning | undefined): readonly Entry[] {
  return versioning === undefined
    ? []
    : [{ key: versioningKey(bucketId), value: versioningValue(versioning) }];
}
