import { EngineError } from '../engine-error.ts';
import type { Bytes } from '../metadata/engine.ts';
import type { Bucket, BucketSettings } from './bucket.ts';
import { decodeRow, encodeRow } from './row-format.ts';

const format = 1;

/** Settings are an object, not positions: few rows, many kinds of settings to come. */
export function encodeBucket(
  bucket: Omit<Bucket, keyof BucketSettings> & {
    readonly [K in keyof BucketSettings]: BucketSettings[K] | undefined;
  },
): Bytes {
  const { id, name: _, createdMs, region, owner, ...settings } = bucket;
  return encodeRow([format, id, createdMs, region, owner, settings]);
}

/** Reads a row of `encodeBucket`; throws `EngineError('corrupt')`. */
export function decodeBucket(name: string, bytes: Bytes): Bucket {
  const [, id, createdMs, region, owner, settings] = decodeRow(bytes, format);
  if (
    typeof id !== 'string' ||
    typeof createdMs !== 'number' ||
    typeof region !== 'string' ||
    typeof owner !== 'string' ||
    typeof settings !== 'object'
  ) {
    throw new EngineError('corrupt', 'a bucket row lacks a field');
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `encodeBucket` writes them
  return { id, name, createdMs, region, owner, ...(settings as BucketSettings) };
}
