import type { Buffer } from 'node:buffer';
import { escapeKey, objectPrefix, versionObjectKeyOf, versionsPrefix } from './keyspace.ts';
import type { KeyTable } from './walk.ts';

/** The current objects of a bucket. */
export function objectTable(bucketId: string): KeyTable {
  const prefix = objectPrefix(bucketId);
  return {
    prefix,
    toRow: (key: Buffer) => key,
    toKey: (row: Buffer) => row.subarray(prefix.length),
  };
}

/** The versions of a bucket that are not current, and the delete markers. */
export const versionTable = (bucketId: string): KeyTable => ({
  prefix: versionsPrefix(bucketId),
  toRow: escapeKey,
  toKey: versionObjectKeyOf,
});
