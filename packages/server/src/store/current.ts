import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import type { Bytes, Check, Entry, MetadataEngine } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import type { Contents } from './content.ts';
import { bucketKey, liveKey, objectKey } from './keyspace.ts';
import type { StoredObject, WriteCondition } from './object.ts';
import { decodeObject, encodeObject, type ObjectRow } from './object-row.ts';

/** What a commit does beside replacing the current object. */
export interface CurrentChange {
  /** What becomes current; undefined: the key has no object any more. */
  readonly row: ObjectRow | undefined;
  /** When one of them fails, everything is read and decided again. */
  readonly checks?: readonly Check[];
  readonly puts?: readonly Entry[];
  readonly deletes?: readonly Bytes[];
}

/** The row of the current object of a key. Throws KeyTooLongError. */
export function currentKey(bucket: Bucket, key: string): Bytes {
  // A character is at most three bytes of UTF-8, so short keys need not be measured.
  if (key.length * 3 > limits.keyBytesMax) {
    const size = Buffer.byteLength(key, 'utf8');
    if (size > limits.keyBytesMax) {
      throw new S3Error('KeyTooLongError', {
        fields: { Size: size, MaxSizeAllowed: limits.keyBytesMax },
      });
    }
  }
  return objectKey(bucket.id, key);
}

/**
 * Changes what is current under a key, in one commit that also unlinks the bytes of what was. The
 * commit happens only if the bucket exists and the object is still the one that `decide` saw;
 * otherwise `decide` is asked again, so that a condition is judged in the very state it changes.
 *
 * Resolves false when `decide` wants no change. Throws S3Error, after which the commit certainly
 * did not happen: what `decide` throws, NoSuchBucket, OperationAborted after too many lost races.
 * After any other error it may have happened.
 */
export async function changeCurrent(
  store: { readonly metadata: MetadataEngine; readonly contents: Contents },
  bucket: Bucket,
  key: string,
  decide: (
    current: ObjectRow | undefined,
  ) => CurrentChange | undefined | Promise<CurrentChange | undefined>,
): Promise<boolean> {
  const rowKey = currentKey(bucket, key);
  const live = liveCheck(bucket);
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const value = await store.metadata.get(rowKey);
    const current = value && decodeObject(key, value);
    const change = await decide(current);
    if (change === undefined) return false;
    const { row, checks = [] } = change;
    const puts = change.puts ? [...change.puts] : [];
    const deletes = change.deletes ? [...change.deletes] : [];
    if (row) puts.push({ key: rowKey, value: encodeObject(row) });
    else deletes.push(rowKey);
    if (current) {
      const gone = store.contents.discard([current.content]);
      puts.push(...gone.puts);
      deletes.push(...gone.deletes);
    }
    const result = await store.metadata.commit({
      checks: [live, { key: rowKey, value }, ...checks],
      puts,
      deletes,
    });
    if (result.ok) return true;
    if (result.failed === 0) throw noSuchBucket(bucket);
  }
  throw new S3Error('OperationAborted');
}

const liveChecks = new WeakMap<Bucket, Check>();

/** The bucket is still the one that the request found. */
export function liveCheck(bucket: Bucket): Check {
  let check = liveChecks.get(bucket);
  if (check === undefined) {
    check = { key: liveKey(bucket.id), value: bucketKey(bucket.name) };
    liveChecks.set(bucket, check);
  }
  return check;
}

/** Throws PreconditionFailed, or NoSuchKey for an ETag of what does not exist. */
export function judge(
  condition: WriteCondition | undefined,
  key: string,
  current: StoredObject | undefined,
): void {
  if (condition === undefined) return;
  if (condition.absent && current !== undefined) throw preconditionFailed('If-None-Match');
  if (condition.etag === undefined) return;
  if (current === undefined) throw new S3Error('NoSuchKey', { fields: { Key: key } });
  if (current.etag !== condition.etag) throw preconditionFailed('If-Match');
}

export const preconditionFailed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', { fields: { Condition: condition } });

export const noSuchBucket = (bucket: { readonly name: string }): S3Error =>
  new S3Error('NoSuchBucket', { fields: { BucketName: bucket.name } });
