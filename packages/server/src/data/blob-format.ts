import { Buffer } from 'node:buffer';
import { crc32 } from '@node-rs/crc32';
import { EngineError } from '../engine-error.ts';
import type { BlobRef } from './engine.ts';

/*
 * A blob's file, version 1. Numbers are little-endian.
 *
 *     0                 the bytes of the blob, so that a block begins where a page does
 *     sizeBytes         the CRC-32 of each block, 4 bytes each; blocks are of `blockBytes`, the last
 *                       one of what is left; an empty blob has none
 *     then              'causeway', version (4), blockBytes (4), sizeBytes (8), CRC-32 of these 24
 *
 * The CRC of block i does not begin with 0 but with the CRC of the blob's id, plus i: so that bytes
 * which are right in themselves but lie in the wrong place are found out too. All of it is written
 * before the file is flushed for the first time, and never changed.
 */

/** The unit in which bytes are verified: a range read fetches the blocks it touches. Large enough
 * that checksums and calls cost little, small enough that a range of a few KiB does. */
export const blockBytes = 128 * 1024;

const magic = Buffer.from('causeway', 'latin1');
const version = 1;
const footerBytes = 28;

const blocksOf = (sizeBytes: number): number => Math.ceil(sizeBytes / blockBytes);

/** How long the file of a blob is. */
export const fileBytes = (sizeBytes: number): number =>
  checksumOffset(sizeBytes, blocksOf(sizeBytes)) + footerBytes;

/** Where in the file the checksum of a block lies. */
export const checksumOffset = (sizeBytes: number, block: number): number => sizeBytes + 4 * block;

/** What the checksums of the blob's blocks begin with. */
export const seedOf = (id: string): number => crc32(id);

export const checksumOf = (bytes: Uint8Array, seed: number, block: number): number =>
  crc32(bytes, (seed + block) >>> 0);

/** What follows the bytes of the blob. */
export function trailerOf(checksums: readonly number[], sizeBytes: number): Buffer {
  const trailer = Buffer.alloc(4 * checksums.length + footerBytes);
  for (const [block, checksum] of checksums.entries()) trailer.writeUInt32LE(checksum, 4 * block);
  const footer = trailer.subarray(4 * checksums.length);
  magic.copy(footer);
  footer.writeUInt32LE(version, 8);
  footer.writeUInt32LE(blockBytes, 12);
  footer.writeBigUInt64LE(BigInt(sizeBytes), 16);
  footer.writeUInt32LE(crc32(footer.subarray(0, 24)), 24);
  return trailer;
}

/** Throws `EngineError('corrupt')` unless `tail`, what was read up to where the file should end,
 * ends as the file of this blob does. */
export function requireFooter(blob: BlobRef, tail: Buffer): void {
  const footer = tail.subarray(tail.length - footerBytes);
  const sound =
    footer.length === footerBytes &&
    footer.subarray(0, 8).equals(magic) &&
    footer.readUInt32LE(24) === crc32(footer.subarray(0, 24));
  if (!sound) throw new EngineError('corrupt', `blob ${blob.id} does not end as a blob does`);
  if (footer.readUInt32LE(8) !== version || footer.readUInt32LE(12) !== blockBytes) {
    throw new EngineError('corrupt', `blob ${blob.id} has a format that is not known here`);
  }
  if (footer.readBigUInt64LE(16) !== BigInt(blob.sizeBytes)) {
    throw new EngineError('corrupt', `blob ${blob.id} is not of ${blob.sizeBytes} bytes`);
  }
}
