import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import type { Entry, MetadataEngine } from '../metadata/engine.ts';
import { discardAt } from '../store/contents.ts';
import { prefixRange, uploadIdOf, uploadsTable } from '../store/keyspace.ts';
import { beginOfUpload, readParts } from '../store/upload-state.ts';
import { afterKey } from '../store/walk.ts';

interface Over {
  readonly metadata: MetadataEngine;
  readonly now: () => number;
}

/**
 * Removes the uploads of all buckets to which nothing came for `limits.uploadLifeMs`, as if they were
 * aborted. Any number of processes may do so at once.
 *
 * @returns how many
 */
export async function expireUploads(over: Over): Promise<number> {
  const { until, from } = prefixRange(uploadsTable);
  let expired = 0;
  for (let next = from; ;) {
    const entries = await over.metadata.scan({ from: next, until, limit: limits.garbageBatchMax });
    for (const entry of entries) if (await expire(over, entry)) expired += 1;
    const last = entries.at(-1);
    if (last === undefined || entries.length < limits.garbageBatchMax) return expired;
    next = afterKey(last.key);
  }
}

/** The id tells when an upload began, so that the parts of young ones are not looked at. */
async function expire({ metadata, now }: Over, { key, value }: Entry): Promise<boolean> {
  const id = uploadIdOf(Buffer.from(key));
  const before = now() - limits.uploadLifeMs;
  if (beginOfUpload(id) > before) return false;
  const { byNumber, keys, unchanged } = await readParts(metadata, id);
  const parts = [...byNumber.values()];
  if (parts.some(({ part }) => part.modifiedMs > before)) return false;
  const { puts, deletes } = discardAt(
    parts.map(({ content }) => content),
    now(),
  );
  // A part that comes now keeps it alive.
  const { ok } = await metadata.commit({
    checks: [{ key, value }, unchanged],
    puts,
    deletes: [key, ...keys, ...deletes],
  });
  return ok;
}
