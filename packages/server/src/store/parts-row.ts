import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';
import type { ByteRange } from '../data/engine.ts';
import type { Bytes } from '../metadata/engine.ts';
import type { ChecksumAlgorithm } from './checksum.ts';
import type { Content } from './content.ts';

/**
 * The row `p partsId`: the parts of an object that was uploaded in parts, beside the object's own
 * row so that listings and HEAD do not pay for ten thousand parts.
 *
 * Every record has the same width, so a range or a part is found by arithmetic or a binary search
 * and nothing else is decoded. Integers are big-endian:
 *
 *     u8  format, 1
 *     u8  checksum algorithm, an index into `algorithms`
 *     u8  width of a content id; shorter ids are padded with 00
 *     u8  0
 *     u16 number of records
 *     per part, in ascending part number:
 *       u16 part number
 *       u8  where the content lies: 0 row, 1 blob
 *       f64 offset in the object at which the part ends
 *       16  MD5
 *       n   checksum
 *       w   content id
 */
const format = 1;
const headBytes = 6;
const md5At = 11;
const checksumAt = md5At + 16;

const algorithms = [undefined, 'CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
const checksumBytes = [0, 4, 4, 8, 20, 32] as const;

/** A part of a completed object. */
export interface StoredPart {
  readonly number: number;
  readonly sizeBytes: number;
  /** 32 hexadecimal digits, without quotes. */
  readonly etag: string;
  /** Base64, of the algorithm of the table. */
  readonly checksum?: string;
  readonly content: Content;
}

/** The parts of an object, read out of its row on demand. */
export interface PartTable {
  readonly count: number;
  /** Size of the whole object. */
  readonly sizeBytes: number;
  readonly algorithm: ChecksumAlgorithm | undefined;
  /** The part at a position, 0 to `count - 1`, in ascending part number. */
  at(index: number): StoredPart;
  /** The position of the first part whose number is greater; `count` when there is none. */
  after(number: number): number;
  /** Where in the object the part of this number lies, and its position; undefined: no such part. */
  find(number: number): { readonly index: number; readonly range: ByteRange } | undefined;
  /** The contents that hold a range of the object, and the range within them taken together. */
  slice(range: ByteRange): { readonly contents: readonly Content[]; readonly range: ByteRange };
}

/**
 * @param parts at least one, in ascending part number.
 * @param algorithm present: every part has a checksum of it.
 */
export function encodeParts(parts: readonly StoredPart[], algorithm?: ChecksumAlgorithm): Bytes {
  assert(parts.length > 0 && parts.length <= 0xffff);
  const code = algorithms.indexOf(algorithm);
  const digestBytes = checksumBytes[code];
  assert(digestBytes !== undefined);
  const idBytes = parts.reduce((width, part) => Math.max(width, part.content.id.length), 0);
  assert(idBytes <= 0xff);

  const idAt = checksumAt + digestBytes;
  const recordBytes = idAt + idBytes;
  const row = Buffer.alloc(headBytes + parts.length * recordBytes);
  row[0] = format;
  row[1] = code;
  row[2] = idBytes;
  row.writeUInt16BE(parts.length, 4);
  let at = headBytes;
  let end = 0;
  let previous = 0;
  for (const part of parts) {
    assert(part.number > previous, 'part numbers ascend');
    assert(part.content.sizeBytes === part.sizeBytes);
    previous = part.number;
    end += part.sizeBytes;
    row.writeUInt16BE(part.number, at);
    row[at + 2] = part.content.kind === 'row' ? 0 : 1;
    row.writeDoubleBE(end, at + 3);
    assert(row.write(part.etag, at + md5At, 16, 'hex') === 16, 'the ETag of a part is an MD5');
    if (digestBytes > 0) {
      const written: number = row.write(
        part.checksum ?? '',
        at + checksumAt,
        digestBytes,
        'base64',
      );
      assert(written === digestBytes, 'every part has the checksum of the upload');
    }
    row.write(part.content.id, at + idAt, idBytes, 'latin1');
    at += recordBytes;
  }
  return row;
}

/** Reads a row of `encodeParts`; the bytes must not change as long as the table is used. */
export function decodeParts(bytes: Bytes): PartTable {
  const row = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert(row[0] === format, 'a row of parts in a format of this version');
  const code = row[1] ?? 0;
  const digestBytes = checksumBytes[code];
  assert(digestBytes !== undefined);
  const idBytes = row[2] ?? 0;
  const count = row.readUInt16BE(4);
  const idAt = checksumAt + digestBytes;
  const recordBytes = idAt + idBytes;
  assert(row.length === headBytes + count * recordBytes, 'a whole row of parts');

  const endOf = (index: number) =>
    index < 0 ? 0 : row.readDoubleBE(headBytes + index * recordBytes + 3);
  const contentAt = (index: number): Content => {
    const at = headBytes + index * recordBytes;
    let idEnd = at + recordBytes;
    while (idEnd > at + idAt && row[idEnd - 1] === 0) idEnd--;
    return {
      kind: row[at + 2] === 0 ? 'row' : 'blob',
      id: row.toString('latin1', at + idAt, idEnd),
      sizeBytes: endOf(index) - endOf(index - 1),
    };
  };

  return {
    count,
    sizeBytes: endOf(count - 1),
    algorithm: algorithms[code],
    at(index) {
      assert(index >= 0 && index < count);
      const at = headBytes + index * recordBytes;
      const content = contentAt(index);
      return {
        number: row.readUInt16BE(at),
        sizeBytes: content.sizeBytes,
        etag: row.toString('hex', at + md5At, at + checksumAt),
        ...(digestBytes > 0 && { checksum: row.toString('base64', at + checksumAt, at + idAt) }),
        content,
      };
    },
    after: (number) =>
      firstIndex(count, (i) => row.readUInt16BE(headBytes + i * recordBytes) > number),
    find(number) {
      const index = firstIndex(
        count,
        (i) => row.readUInt16BE(headBytes + i * recordBytes) >= number,
      );
      if (index === count || row.readUInt16BE(headBytes + index * recordBytes) !== number) {
        return undefined;
      }
      return { index, range: { start: endOf(index - 1), end: endOf(index) } };
    },
    slice({ start, end }) {
      const first = firstIndex(count, (i) => endOf(i) > start);
      const contents: Content[] = [];
      const before = endOf(first - 1);
      for (let i = first; i < count && endOf(i - 1) < end; i++) contents.push(contentAt(i));
      return { contents, range: { start: start - before, end: end - before } };
    },
  };
}

/** The first of `count` positions for which a condition holds that stays true once it is. */
function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
