import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import type { Bytes } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import { currentKey, type KeyStore, liveCheck, noSuchBucket } from './current.ts';
import {
  type FoundVersion,
  newestVersions,
  nothingNewer,
  sameBytes,
  versionById,
  versionOf,
} from './key-versions.ts';
import { nullVersionKey } from './keyspace.ts';
import type { RowChange } from './leave-behind.ts';
import type { Removed } from './object.ts';
import { decodeObject, type ObjectRow } from './object-row.ts';
import { nullVersionId } from './version.ts';
import type { VersionRow } from './version-row.ts';

/** Where a version is to be removed from. */
interface Place {
  readonly store: KeyStore;
  readonly bucket: Bucket;
  readonly key: string;
  /** The row of the current object. */
  readonly rowKey: Bytes;
}

interface Removal extends RowChange {
  /** What is removed. */
  readonly row: VersionRow;
}

/**
 * Removes one version for ever, in one commit. If it was the latest, the one before it becomes that:
 * an object is current again, a delete marker stays where it is.
 *
 * @param judge throws what forbids it
 *
 * Throws S3Error as `changeCurrent` does.
 */
export async function removeVersion(
  store: KeyStore,
  bucket: Bucket,
  key: string,
  { versionId, judge }: { versionId: string; judge: (row: VersionRow) => void },
): Promise<Removed> {
  const { metadata, contents } = store;
  const place: Place = { store, bucket, key, rowKey: currentKey(bucket, key) };
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const value = await metadata.get(place.rowKey);
    const current = value && decodeObject(key, value);
    const removal =
      current?.object.version.id === versionId
        ? await removalOfCurrent(place, current)
        : await removalOfOther(place, versionId, current !== undefined);
    if (removal === undefined) {
      // It may have become current, or ceased to be, between the two reads.
      if (sameBytes(value, await metadata.get(place.rowKey))) return { marker: false };
      continue;
    }
    const { row, checks, puts, deletes } = removal;
    judge(row);
    const gone = row.kind === 'object' ? contents.discard([row.content]) : undefined;
    const result = await metadata.commit({
      checks: [liveCheck(bucket), { key: place.rowKey, value }, ...checks],
      puts: [...puts, ...(gone?.puts ?? [])],
      deletes: [...deletes, ...(gone?.deletes ?? [])],
    });
    if (result.ok) return { marker: row.kind === 'marker', version: versionOf(row) };
    if (result.failed === 0) throw noSuchBucket(bucket);
  }
  throw new S3Error('OperationAborted');
}

async function removalOfCurrent(place: Place, current: ObjectRow): Promise<Removal> {
  const { store, bucket, key, rowKey } = place;
  const [next] = await newestVersions(store.metadata, bucket, key, 1);
  const change = promotion(place, next);
  return {
    row: { kind: 'object', ...current },
    // Nothing comes before the one that is next while the current object is the same.
    checks: change.checks,
    puts: change.puts,
    deletes: [rowKey, ...change.deletes],
  };
}

async function removalOfOther(
  place: Place,
  versionId: string,
  hasCurrent: boolean,
): Promise<Removal | undefined> {
  const { store, bucket, key } = place;
  const found = await versionById(store.metadata, bucket, key, versionId);
  if (found === undefined) return undefined;
  const [first, next] = hasCurrent ? [] : await newestVersions(store.metadata, bucket, key, 2);
  const isLatest = first !== undefined && Buffer.compare(first.entry.key, found.entry.key) === 0;
  const change = promotion(place, isLatest ? next : undefined);
  const pointer = versionId === nullVersionId ? [nullVersionKey(bucket.id, key)] : [];
  return {
    row: found.row,
    checks: [
      found.unchanged,
      ...(isLatest ? nothingNewer(bucket, key, found) : []),
      ...change.checks,
    ],
    puts: change.puts,
    deletes: [found.entry.key, ...pointer, ...change.deletes],
  };
}

/** An object that is the latest version becomes current; a row of a version is one of an object. */
function promotion({ bucket, key, rowKey }: Place, next: FoundVersion | undefined): RowChange {
  if (next === undefined) return { checks: [], puts: [], deletes: [] };
  if (next.row.kind === 'marker') return { checks: [next.unchanged], puts: [], deletes: [] };
  const isNull = next.row.object.version.id === nullVersionId;
  return {
    checks: [next.unchanged],
    puts: [{ key: rowKey, value: next.entry.value }],
    deletes: [next.entry.key, ...(isNull ? [nullVersionKey(bucket.id, key)] : [])],
  };
}
