import { Buffer } from 'node:buffer';
import type { Bytes, Check, Entry, MetadataEngine } from '../metadata/engine.ts';
import type { Bucket } from './bucket.ts';
import { keyVersionsPrefix, nullVersionKey, prefixRange, versionKey } from './keyspace.ts';
import { isVersionId, nullVersionId, stampIn, type Version } from './version.ts';
import { decodeVersion, type VersionRow } from './version-row.ts';

/** A version that is not current, as it stands in its row; commits that rely on it check the row. */
export interface FoundVersion {
  readonly row: VersionRow;
  readonly entry: Entry;
  readonly unchanged: Check;
}

export const foundVersion = (key: string, entry: Entry): FoundVersion => ({
  row: decodeVersion(key, entry.value),
  entry,
  unchanged: { key: entry.key, value: entry.value },
});

/** Which version a row is. */
export const versionOf = (row: VersionRow): Version =>
  row.kind === 'object' ? row.object.version : row.marker.version;

/** The newest versions of a key that are not current, newest first. */
export async function newestVersions(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  limit: number,
): Promise<readonly FoundVersion[]> {
  const range = prefixRange(keyVersionsPrefix(bucket.id, key));
  const entries = await metadata.scan({ ...range, limit });
  return entries.map((entry) => foundVersion(key, entry));
}

/** Nothing is newer than this version; without one, there is none at all. */
export function nothingNewer(
  bucket: Bucket,
  key: string,
  newest: FoundVersion | undefined,
): readonly Check[] {
  const { from, until } = prefixRange(keyVersionsPrefix(bucket.id, key));
  if (newest === undefined) return [{ empty: { from, until } }];
  return [{ empty: { from, until: newest.entry.key } }, newest.unchanged];
}

/** Where the null version of a key is among those that are not current. */
export interface NullPointer {
  readonly key: Bytes;
  readonly unchanged: Check;
  readonly stamp: string | undefined;
}

export async function readNullPointer(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
): Promise<NullPointer> {
  const row = nullVersionKey(bucket.id, key);
  const value = await metadata.get(row);
  return {
    key: row,
    unchanged: { key: row, value },
    stamp: value && Buffer.from(value).toString('latin1'),
  };
}

export const nullPointerEntry = (bucket: Bucket, key: string, stamp: string): Entry => ({
  key: nullVersionKey(bucket.id, key),
  value: Buffer.from(stamp, 'latin1'),
});

/** The null version of a key, if it is not current. */
export async function nullVersionOf(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
): Promise<{ readonly pointer: NullPointer; readonly found: FoundVersion | undefined }> {
  const pointer = await readNullPointer(metadata, bucket, key);
  if (pointer.stamp === undefined) return { pointer, found: undefined };
  return { pointer, found: await versionAt(metadata, bucket, key, pointer.stamp) };
}

/** The version of an id that is not current. */
export async function versionById(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  id: string,
): Promise<FoundVersion | undefined> {
  if (!isVersionId(id)) return undefined;
  if (id === nullVersionId) return (await nullVersionOf(metadata, bucket, key)).found;
  const found = await versionAt(metadata, bucket, key, stampIn(id));
  return found !== undefined && versionOf(found.row).id === id ? found : undefined;
}

async function versionAt(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  stamp: string,
): Promise<FoundVersion | undefined> {
  const row = versionKey(bucket.id, key, stamp);
  const value = await metadata.get(row);
  return value && foundVersion(key, { key: row, value });
}

/** Whether two reads of a row gave the same. */
export function sameBytes(one: Bytes | undefined, other: Bytes | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}
