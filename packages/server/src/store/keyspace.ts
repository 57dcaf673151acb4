import { Buffer } from 'node:buffer';
import type { Bytes, KeyRange } from '../metadata/engine.ts';

/**
 * How the store lays its rows out in the ordered map. The first byte is the table:
 *
 *     b name                         a bucket
 *     l bucketId                     exists as long as the bucket: what every write into it checks
 *     o bucketId key                 the current version of an object
 *     p partsId                      the parts of an object that was uploaded in parts
 *     c contentId                    the bytes of a small object
 *     u bucketId escaped(key) id     an upload under way
 *     q uploadId partNumber          a part of it
 *     g timeMs id                    a blob to remove, oldest first
 *
 * A bucket id is 8 bytes, so an object's key needs no terminator and may hold any byte. An upload's
 * key is followed by an id, so its bytes 00 and 01 are escaped (01 01, 01 02) and 00 ends it; that
 * keeps the order of keys. A key that would not fit in the engine's key because of escaping is
 * refused by the store as KeyTooLongError.
 */
export type Table = 'b' | 'l' | 'o' | 'p' | 'c' | 'u' | 'q' | 'g';

/** The smallest key that is greater than every key which begins with `prefix`. */
export function afterPrefix(prefix: Bytes): Bytes {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  if (end === 0) throw new RangeError('no key follows a prefix of 0xff bytes only');
  const next = Buffer.from(prefix.subarray(0, end));
  next[end - 1] = (next[end - 1] ?? 0) + 1;
  return next;
}

/** Every key that begins with `prefix`. */
export function prefixRange(prefix: Bytes): KeyRange {
  return { from: prefix, until: afterPrefix(prefix) };
}

export const bucketKey = (name: string): Bytes => Buffer.from(`b${name}`, 'utf8');

export const liveKey = (bucketId: string): Bytes => Buffer.from(`6c${bucketId}`, 'hex');

export const objectKey = (bucketId: string, key: string): Bytes =>
  Buffer.concat([Buffer.from(`6f${bucketId}`, 'hex'), Buffer.from(key, 'utf8')]);
