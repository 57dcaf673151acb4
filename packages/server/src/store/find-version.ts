import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import type { Bytes, MetadataEngine } from '../metadata/engine.ts';
import type { Bucket } from './bucket.ts';
import { currentKey } from './current.ts';
import { type FoundVersion, newestVersions, sameBytes, versionById } from './key-versions.ts';
import { decodeObject } from './object-row.ts';
import type { VersionRow } from './version-row.ts';

/** A version with its row, which commits that rely on it check. */
export type FoundRow = VersionRow & { readonly rowKey: Bytes; readonly value: Bytes };

/** The latest version of a key, or the one of an id, be it an object or a delete marker. */
export function findVersion(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  versionId?: string,
): Promise<FoundRow | undefined> {
  return versionId === undefined
    ? findLatest(metadata, bucket, key)
    : findById(metadata, bucket, key, versionId);
}

/** What is current; in a bucket with versions, it may be a delete marker. */
async function findLatest(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
): Promise<FoundRow | undefined> {
  const rowKey = currentKey(bucket, key);
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const value = await metadata.get(rowKey);
    if (value !== undefined) return { kind: 'object', ...decodeObject(key, value), rowKey, value };
    if (bucket.versioning === undefined) return undefined;
    const [newest] = await newestVersions(metadata, bucket, key, 1);
    // An object there was current a moment ago, or is by now.
    if (newest === undefined) return undefined;
    if (newest.row.kind === 'marker') return found(newest);
  }
  throw new EngineError('unavailable', 'the versions change faster than they can be read');
}

/** A version by its id. It may become current, or cease to be, between two reads. */
async function findById(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  id: string,
): Promise<FoundRow | undefined> {
  const rowKey = currentKey(bucket, key);
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const value = await metadata.get(rowKey);
    if (value !== undefined) {
      const current = decodeObject(key, value);
      if (current.object.version.id === id) return { kind: 'object', ...current, rowKey, value };
    }
    const other = await versionById(metadata, bucket, key, id);
    if (other !== undefined) return found(other);
    const after = await metadata.get(rowKey);
    if (sameBytes(value, after)) return undefined;
  }
  throw new EngineError('unavailable', 'the versions change faster than they can be read');
}

const found = ({ row, entry }: FoundVersion): FoundRow => ({
  ...row,
  rowKey: entry.key,
  value: entry.value,
});
