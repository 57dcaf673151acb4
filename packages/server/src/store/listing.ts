import type { Bytes, MetadataEngine } from '../metadata/engine.ts';
import type { Bucket } from './bucket.ts';
import type { Listing, ListQuery, StoredObject } from './object.ts';
import { objectTable } from './tables.ts';
import { afterKey, startAfter, walk } from './walk.ts';

/**
 * `Objects.list`: keys and common prefixes in UTF-8 byte order.
 * @param decode reads the row of an object.
 */
export function createListing(
  metadata: MetadataEngine,
  decode: (key: string, row: Bytes) => StoredObject,
): (bucket: Bucket, query: ListQuery) => Promise<Listing> {
  return async (bucket, query) => {
    const table = objectTable(bucket.id);
    const { steps, truncated } = await walk(metadata, table, {
      ...query,
      from: startAfter(table, query, afterKey),
    });
    const objects: StoredObject[] = [];
    const commonPrefixes: string[] = [];
    for (const step of steps) {
      if (step.kind === 'prefix') commonPrefixes.push(step.prefix);
      else objects.push(decode(step.key, step.entry.value));
    }
    const last = steps.at(-1);
    return {
      objects,
      commonPrefixes,
      truncated,
      last: last === undefined ? '' : last.kind === 'prefix' ? last.prefix : last.key,
    };
  };
}
