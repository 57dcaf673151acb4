import { Buffer } from 'node:buffer';
import type { Bytes, KeyRange } from '../metadata/engine.ts';

/**
 * How the store lays its rows out in the ordered map. The first byte is the table:
 *
 *     b name                         a bucket
 *     l bucketId                     exists as long as the bucket: what every write into it checks
 *     o bucketId key                 the current object of a key
 *     s bucketId                     its versioning, as soon as it was ever enabled: E or S
 *     v bucketId escaped(key) stamp  a version that is not current, or a delete marker
 *     n bucketId key                 which of them is the null version, by its stamp
 *     p partsId                      the parts of an object that was uploaded in parts
 *     c contentId                    the bytes of a small object
 *     h blobId                       a blob that another row names than the one it was written with
 *     u bucketId escaped(key) id     an upload under way
 *     q uploadId partNumber          a part of it, two bytes; 0: a stamp that every part renews
 *     g dueMs kind name              something to remove, first due first: see garbage.ts
 *
 * The current object of a key is in `o`, and in `v` all that came before it; there the stamp is
 * inverted, so that the newest comes first. A key whose latest version is a delete marker has no row
 * in `o`: that marker is its first one in `v`.
 *
 * A bucket id is 8 bytes, so an object's key needs no terminator and may hold any byte. An upload's
 * key is followed by an id, so its bytes 00 and 01 are escaped (01 01, 01 02) and 00 ends it; that
 * keeps the order of keys. Even a key of 1,024 bytes that all need escaping fits in the engine's.
 *
 * An upload id is 22 bytes in hexadecimal; a parts id is the id of the upload that made the object,
 * by which a repeated CompleteMultipartUpload recognises its own work.
 */
export type Table = 'b' | 'l' | 'o' | 's' | 'v' | 'n' | 'p' | 'c' | 'h' | 'u' | 'q' | 'g';

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

export function objectKey(bucketId: string, key: string): Buffer {
  const row = Buffer.allocUnsafe(9 + Buffer.byteLength(key, 'utf8'));
  row[0] = 0x6f;
  row.write(bucketId, 1, 8, 'hex');
  row.write(key, 9, 'utf8');
  return row;
}

/** Every object of a bucket has a key that begins so. */
export const objectPrefix = (bucketId: string): Bytes => Buffer.from(`6f${bucketId}`, 'hex');

export const versioningKey = (bucketId: string): Bytes => Buffer.from(`73${bucketId}`, 'hex');

export function nullVersionKey(bucketId: string, key: string): Bytes {
  const row = objectKey(bucketId, key);
  row[0] = 0x6e;
  return row;
}

/** Every version of a bucket that is not current has a key that begins so. */
export const versionsPrefix = (bucketId: string): Bytes => Buffer.from(`76${bucketId}`, 'hex');

/** Every version of a key that is not current has a row key that begins so. */
export const keyVersionsPrefix = (bucketId: string, key: string): Bytes =>
  Buffer.concat([versionsPrefix(bucketId), escapeKey(Buffer.from(key, 'utf8')), keyEnd]);

/** @param stamp 16 hexadecimal digits. */
export function versionKey(bucketId: string, key: string, stamp: string): Bytes {
  const inverted = Buffer.from(stamp, 'hex').map((byte) => ~byte);
  return Buffer.concat([keyVersionsPrefix(bucketId, key), inverted]);
}

const stampBytes = 8;

/** The bytes of the object key in a key of `versionKey`. */
export const versionObjectKeyOf = (row: Buffer): Buffer =>
  unescapeKey(row.subarray(9, row.length - stampBytes - keyEnd.length));

/** Where the versions are of the key whose current object is in this row. */
export const versionsBehind = (objectRow: Bytes): Bytes =>
  Buffer.concat([
    Buffer.of(0x76),
    objectRow.subarray(1, 9),
    escapeKey(Buffer.from(objectRow.subarray(9))),
    keyEnd,
  ]);

export const contentKey = (contentId: string): Bytes => Buffer.from(`63${contentId}`, 'hex');

/** Marks a blob whose commit certainly happened: whoever is in doubt about it need not look for the
 * row that names it. Written when it goes over into another one, by a rename or an append. */
export const heldKey = (blobId: string): Bytes => Buffer.from(`h${blobId}`, 'latin1');

/** The row of the parts of an object that was uploaded in parts. */
export const partsKey = (partsId: string): Bytes => Buffer.from(`70${partsId}`, 'hex');

/** Every upload under way has a key that begins so. */
export const uploadsTable = Buffer.from('u', 'latin1');

/** Every upload under way in a bucket has a key that begins so. */
export const uploadsPrefix = (bucketId: string): Bytes => Buffer.from(`75${bucketId}`, 'hex');

/**
 * Where the uploads for keys that begin with `keyPrefix` are. Escaping works byte by byte, so the
 * escaped prefix is a prefix of the escaped key.
 */
export const uploadKeyPrefix = (bucketId: string, keyPrefix: string): Bytes =>
  Buffer.concat([uploadsPrefix(bucketId), escapeKey(Buffer.from(keyPrefix, 'utf8'))]);

export const uploadKey = (bucketId: string, key: string, uploadId: string): Bytes =>
  Buffer.concat([uploadKeyPrefix(bucketId, key), keyEnd, Buffer.from(uploadId, 'hex')]);

const uploadIdBytes = 22;

/** The upload id in a key of `uploadKey`. */
export const uploadIdOf = (row: Buffer): string => row.toString('hex', row.length - uploadIdBytes);

/** The bytes of the object key in a key of `uploadKey`. */
export const uploadObjectKeyOf = (row: Buffer): Buffer =>
  unescapeKey(row.subarray(9, row.length - uploadIdBytes - keyEnd.length));

/** What an upload id looks like; anything else is no upload's. */
export const isUploadId = (text: string): boolean => /^[0-9a-f]{44}$/.test(text);

/** Every part of an upload, its stamp included, has a key that begins so. */
export const uploadPartsPrefix = (uploadId: string): Bytes => Buffer.from(`71${uploadId}`, 'hex');

/** @param partNumber 1 to 10,000; 0 is the upload's stamp. */
export function uploadPartKey(uploadId: string, partNumber: number): Bytes {
  const key = Buffer.from(`71${uploadId}0000`, 'hex');
  key.writeUInt16BE(partNumber, key.length - 2);
  return key;
}

/** The part number in a key of `uploadPartKey`. */
export const partNumberOf = (key: Bytes): number =>
  ((key[key.length - 2] ?? 0) << 8) | (key[key.length - 1] ?? 0);

/**
 * Where rows may be that name what the row under `key` names: an object's may have become one of a
 * version, a part's goes over into the parts of the object that its upload becomes, and never back.
 */
export function holdersOf(key: Bytes): readonly KeyRange[] {
  const own = { from: key, until: Buffer.concat([key, Buffer.of(0)]) };
  if (key[0] === 0x6f) return [own, prefixRange(versionsBehind(key))];
  if (key[0] !== 0x71) return [own];
  const uploadId = Buffer.from(key.subarray(1, 1 + uploadIdBytes)).toString('hex');
  return [own, prefixRange(partsKey(uploadId))];
}

const keyEnd = Buffer.of(0x00);

/** 00 becomes 01 01 and 01 becomes 01 02: order is kept, and 00 is free to end the key. */
export function escapeKey(key: Buffer): Buffer {
  let escapes = 0;
  for (const byte of key) if (byte <= 0x01) escapes++;
  if (escapes === 0) return key;
  const escaped = Buffer.alloc(key.length + escapes);
  let at = 0;
  for (const byte of key) {
    if (byte <= 0x01) {
      escaped[at++] = 0x01;
      escaped[at++] = byte + 1;
    } else escaped[at++] = byte;
  }
  return escaped;
}

function unescapeKey(escaped: Buffer): Buffer {
  if (!escaped.includes(0x01)) return escaped;
  const key = Buffer.alloc(escaped.length);
  let length = 0;
  for (let at = 0; at < escaped.length; at++) {
    const byte = escaped[at] ?? 0;
    key[length++] = byte === 0x01 ? (escaped[++at] ?? 0) - 1 : byte;
  }
  return key.subarray(0, length);
}
