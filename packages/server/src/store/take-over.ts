import { Buffer } from 'node:buffer';
import type { Entry } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import type { ObjectContent } from './content.ts';
import { heldKey } from './keyspace.ts';

// What a rename and an append have in common: a content goes over into another row.

/** A content would have two owners: the version that stays, and what it was made into. */
export function refuseVersions({ versioning }: Bucket, what: string): void {
  if (versioning === undefined) return;
  throw new S3Error('NotImplemented', {
    message: `${what} is not served in a bucket that keeps versions, or once did.`,
  });
}

/** The marks of a content that goes over into another row. */
export function heldBy({ kind, id }: ObjectContent): readonly Entry[] {
  return kind === 'blob' ? [{ key: heldKey(id), value: mark }] : [];
}

const mark = Buffer.of(1);
