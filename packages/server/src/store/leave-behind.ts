import type { Bytes, Check, Entry, MetadataEngine } from '../metadata/engine.ts';
import type { Bucket } from './bucket.ts';
import type { Contents } from './content.ts';
import { nullPointerEntry, nullVersionOf } from './key-versions.ts';
import { versionKey } from './keyspace.ts';
import { encodeObject, type ObjectRow } from './object-row.ts';
import { nullVersionId, type Version } from './version.ts';
import { encodeMarker } from './version-row.ts';

/** Rows to add to a commit. */
export interface RowChange {
  readonly checks: readonly Check[];
  readonly puts: readonly Entry[];
  readonly deletes: readonly Bytes[];
}

const nothing: RowChange = { checks: [], puts: [], deletes: [] };

/**
 * What becomes of the current object when another one, or nothing, takes its place
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html):
 * - a bucket without versions discards it;
 * - one with versions keeps it, and a removal puts a delete marker on it;
 * - one whose versioning is suspended discards the null version, wherever it is, and keeps others; a
 *   removal puts a null delete marker on them.
 *
 * @param what `removed`: nothing takes its place but a marker; `version`: of what does
 */
export async function leaveBehind(
  store: { readonly metadata: MetadataEngine; readonly contents: Contents; now: () => number },
  bucket: Bucket,
  key: string,
  what: {
    readonly current: ObjectRow | undefined;
    readonly removed: boolean;
    readonly version: Version;
  },
): Promise<RowChange> {
  const { current, removed, version } = what;
  const { versioning } = bucket;
  if (versioning === undefined) return current ? discarded(store.contents, current) : nothing;
  const isNull = current?.object.version.id === nullVersionId;
  const replacesNull = versioning === 'Suspended';
  const changes: RowChange[] = [];
  if (current && isNull && replacesNull) changes.push(discarded(store.contents, current));
  else if (current) changes.push(kept(bucket, key, current));
  if (replacesNull && !isNull) changes.push(await withoutNull(store, bucket, key));
  if (removed) changes.push(marked(bucket, key, { version, nowMs: store.now() }));
  return {
    checks: changes.flatMap(({ checks }) => checks),
    deletes: changes.flatMap(({ deletes }) => deletes),
    puts: changes.flatMap(({ puts }) => puts),
  };
}

function discarded(contents: Contents, { content }: ObjectRow): RowChange {
  return { checks: [], ...contents.discard([content]) };
}

/** As a version that is not current. */
function kept(bucket: Bucket, key: string, row: ObjectRow): RowChange {
  const { id, stamp } = row.object.version;
  const puts = [{ key: versionKey(bucket.id, key, stamp), value: encodeObject(row) }];
  // There is one null version; while it is current nothing else points to one.
  if (id === nullVersionId) puts.push(nullPointerEntry(bucket, key, stamp));
  return { checks: [], puts, deletes: [] };
}

/** Without the null version that is not current. */
async function withoutNull(
  { metadata, contents }: { readonly metadata: MetadataEngine; readonly contents: Contents },
  bucket: Bucket,
  key: string,
): Promise<RowChange> {
  const { pointer, found } = await nullVersionOf(metadata, bucket, key);
  if (found === undefined) return { ...nothing, checks: [pointer.unchanged] };
  const gone = found.row.kind === 'object' ? contents.discard([found.row.content]) : nothing;
  return {
    checks: [pointer.unchanged, found.unchanged],
    puts: gone.puts,
    deletes: [pointer.key, found.entry.key, ...gone.deletes],
  };
}

/** With a delete marker on top, whose owner is the bucket's. */
function marked(
  bucket: Bucket,
  key: string,
  { version, nowMs }: { version: Version; nowMs: number },
): RowChange {
  const marker = { key, modifiedMs: nowMs, owner: bucket.owner, version };
  const puts = [
    { key: versionKey(bucket.id, key, version.stamp), value: encodeMarker(marker) },
    ...(version.id === nullVersionId ? [nullPointerEntry(bucket, key, version.stamp)] : []),
  ];
  return { checks: [], puts, deletes: [] };
}
