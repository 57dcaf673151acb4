import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import type { Bytes, Check, Entry, MetadataEngine } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import { decodeBucket } from './bucket-row.ts';
import type { Contents } from './content.ts';
import { newestVersions, nothingNewer, versionOf } from './key-versions.ts';
import { bucketKey, liveKey, objectKey } from './keyspace.ts';
import type { StoredObject, WriteCondition } from './object.ts';
import { decodeObject, encodeObject, type ObjectRow } from './object-row.ts';
import type { Random } from './ids.ts';
import { leaveBehind } from './leave-behind.ts';
import type { Version } from './version.ts';
import { versionFor, versioningCheck } from './versioning.ts';

/** What a commit does beside replacing the current object. */
export interface CurrentChange {
  /** What becomes current; undefined: the key has no current object any more. */
  readonly row: ObjectRow | undefined;
  /** The content of what was current goes over into it: nothing is left behind. */
  readonly extends?: boolean;
  /** When one of them fails, everything is read and decided again. */
  readonly checks?: readonly Check[];
  readonly puts?: readonly Entry[];
  readonly deletes?: readonly Bytes[];
}

/** What a change of a key works with. */
export interface KeyStore {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
  readonly now: () => number;
  readonly random: Random;
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
 * Changes what is current under a key, in one commit that also leaves behind what was: as a version,
 * where the bucket keeps them, or as garbage. The commit happens only if the bucket exists and the
 * key is still as `decide` saw it; otherwise `decide` is asked again, so that a condition is judged
 * in the very state it changes.
 *
 * @param decide is told what is current, which version what it writes will have, and the bucket as
 * it is by now
 * @returns the version that was written; undefined when `decide` wants no change
 *
 * Throws S3Error, after which the commit certainly did not happen: what `decide` throws,
 * NoSuchBucket, OperationAborted after too many lost races. After any other error it may have
 * happened.
 */
export async function changeCurrent(
  store: KeyStore,
  requested: Bucket,
  key: string,
  decide: (
    current: ObjectRow | undefined,
    version: Version,
    bucket: Bucket,
  ) => CurrentChange | undefined | Promise<CurrentChange | undefined>,
): Promise<Version | undefined> {
  const { metadata } = store;
  const rowKey = currentKey(requested, key);
  let bucket = requested;
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const value = await metadata.get(rowKey);
    const current = value && decodeObject(key, value);
    // Where nothing is current the newest version is a delete marker.
    const versioned = bucket.versioning !== undefined;
    const [newest] = versioned && !current ? await newestVersions(metadata, bucket, key, 1) : [];
    const last = current ? current.object.version.stamp : newest && versionOf(newest.row).stamp;
    const version = versionFor(bucket, {
      nowMs: store.now(),
      last: versioned ? last : undefined,
      random: store.random,
    });
    const change = await decide(current, version, bucket);
    if (change === undefined) return undefined;
    const { row, checks = [] } = change;
    const puts = change.puts ? [...change.puts] : [];
    const deletes = change.deletes ? [...change.deletes] : [];
    const replaced = change.extends === true ? undefined : current;
    const behind = await leaveBehind(store, bucket, key, {
      current: replaced,
      removed: !row,
      version,
    });
    puts.push(...behind.puts);
    deletes.push(...behind.deletes);
    if (row) puts.push({ key: rowKey, value: encodeObject(row) });
    else deletes.push(rowKey);
    const result = await metadata.commit({
      checks: [
        liveCheck(bucket),
        versioningCheck(bucket),
        { key: rowKey, value },
        ...(versioned && !current ? nothingNewer(bucket, key, newest) : []),
        ...behind.checks,
        ...checks,
      ],
      puts,
      deletes,
    });
    if (result.ok) return version;
    if (result.failed === 0) throw noSuchBucket(bucket);
    if (result.failed === 1) bucket = await readAgain(metadata, bucket);
  }
  throw new S3Error('OperationAborted');
}

/** The bucket as it is now that its versioning has changed. Throws NoSuchBucket. */
async function readAgain(metadata: MetadataEngine, { id, name }: Bucket): Promise<Bucket> {
  const bytes = await metadata.get(bucketKey(name));
  const bucket = bytes && decodeBucket(name, bytes);
  if (bucket?.id !== id) throw noSuchBucket({ name });
  return bucket;
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
