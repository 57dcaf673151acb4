import { Buffer } from 'node:buffer';
import type { DataEngine } from '../data/engine.ts';
import { limits } from '../limits.ts';
import type { Bytes, KeyRange, MetadataEngine } from '../metadata/engine.ts';
import type { Content } from '../store/content.ts';
import { discardAt } from '../store/contents.ts';
import type { Garbage } from '../store/garbage.ts';
import {
  contentKey,
  heldKey,
  holdersOf,
  partsKey,
  prefixRange,
  uploadIdOf,
  uploadsPrefix,
} from '../store/keyspace.ts';
import { decodeParts } from '../store/parts-row.ts';
import { readParts } from '../store/upload-state.ts';

interface Engines {
  readonly metadata: MetadataEngine;
  readonly data: DataEngine;
  readonly now: () => number;
}

/**
 * Removes what a row of the queue names; false when some of it is left for another time. Doing it
 * twice, or in two processes at once, does no harm.
 */
export async function removeGarbage(engines: Engines, garbage: Garbage): Promise<boolean> {
  switch (garbage.kind) {
    case 'blob':
      await engines.data.remove(garbage.name);
      await forget(engines.metadata, [garbage.name]);
      return true;
    case 'doubt':
      await removeUnlessHeld(engines, garbage);
      return true;
    case 'parts':
      await removeParts(engines, garbage.name);
      return true;
    case 'uploads':
      return removeUploads(engines, garbage.name);
    default:
      return garbage satisfies never;
  }
}

/** A row tells the ids of its blobs as they are, and an id is like nothing else. */
async function removeUnlessHeld(
  { metadata, data }: Engines,
  { name, holder }: { readonly name: string; readonly holder: Bytes },
): Promise<void> {
  if ((await metadata.get(heldKey(name))) !== undefined) return;
  for (const range of holdersOf(holder)) {
    if (await isNamedIn(metadata, range, name)) return;
  }
  await data.remove(name);
}

/** The marks of blobs that are gone. Few blobs have one. */
async function forget(metadata: MetadataEngine, blobs: readonly string[]): Promise<void> {
  const marks = blobs.map((id) => heldKey(id));
  const found = await Promise.all(marks.map((mark) => metadata.get(mark)));
  const deletes = marks.filter((_, index) => found[index] !== undefined);
  if (deletes.length > 0) await metadata.commit({ deletes });
}

async function isNamedIn(
  metadata: MetadataEngine,
  { from, until }: KeyRange,
  name: string,
): Promise<boolean> {
  let next = from;
  for (;;) {
    const rows = await metadata.scan({ from: next, until, limit: limits.garbageBatchMax });
    if (rows.some(({ value }) => Buffer.from(value).includes(name, 0, 'latin1'))) return true;
    const last = rows.at(-1);
    if (last === undefined || rows.length < limits.garbageBatchMax) return false;
    next = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

/** The row of parts goes last: until then it says what is left to remove. */
async function removeParts({ metadata, data }: Engines, partsId: string): Promise<void> {
  const row = await metadata.get(partsKey(partsId));
  if (row === undefined) return;
  const table = decodeParts(row);
  const rows: Content[] = [];
  const blobs: string[] = [];
  for (let i = 0; i < table.count; i++) {
    const { content } = table.at(i);
    if (content.kind === 'blob') {
      await data.remove(content.id);
      blobs.push(content.id);
    } else if (content.sizeBytes > 0) rows.push(content);
  }
  await forget(metadata, blobs);
  await metadata.commit({
    deletes: [...rows.map(({ id }) => contentKey(id)), partsKey(partsId)],
  });
}

/**
 * What was uploaded into a bucket that is gone. Its uploads cannot change any more: every write
 * into them checks that the bucket is there.
 */
async function removeUploads({ metadata, now }: Engines, bucketId: string): Promise<boolean> {
  const uploads = await metadata.scan({
    ...prefixRange(uploadsPrefix(bucketId)),
    limit: limits.garbageBatchMax,
  });
  for (const { key } of uploads) {
    const { byNumber, keys } = await readParts(metadata, uploadIdOf(Buffer.from(key)));
    const contents = [...byNumber.values()].map(({ content }) => content);
    const { puts, deletes } = discardAt(contents, now());
    await metadata.commit({ puts, deletes: [key, ...keys, ...deletes] });
  }
  return uploads.length < limits.garbageBatchMax;
}
