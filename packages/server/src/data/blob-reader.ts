import { Buffer } from 'node:buffer';
import { EngineError } from '../engine-error.ts';
import {
  blockBytes,
  checksumOf,
  checksumOffset,
  fileBytes,
  requireFooter,
  seedOf,
} from './blob-format.ts';
import { batchBytes, type BufferPool } from './buffer-pool.ts';
import type { BlobRef, ByteRange } from './engine.ts';
import type { FileCalls } from './file-calls.ts';

interface Batch {
  readonly buffer: Buffer;
  /** Where in the file it begins, on the border of a block. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Yields the bytes of a range from the open file of a blob, batch by batch: while the reader has
 * one, the next one is being read. Buffers come from the pool and go back; the descriptor is closed
 * when the last byte was read or the reader stops. Throws `EngineError('corrupt')` before a block
 * that is not what was written.
 */
export async function* readBlobFile(
  { calls, pool }: { readonly calls: FileCalls; readonly pool: BufferPool },
  fd: number,
  blob: BlobRef,
  { range, signal }: { readonly range: ByteRange; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const { sizeBytes } = blob;
  const seed = seedOf(blob.id);
  const firstBlock = Math.floor(range.start / blockBytes);
  const begin = firstBlock * blockBytes;
  // An empty range touches no block, but still shows whether the file is sound.
  const isEmpty = range.start === range.end;
  const blocksEnd = isEmpty ? begin : Math.ceil(range.end / blockBytes) * blockBytes;
  const end = Math.min(sizeBytes, blocksEnd);
  const fileEnd = fileBytes(sizeBytes);
  // What is small enough is read with its checksums in one call.
  const atOnce = fileEnd - begin <= batchBytes;
  let ahead: Promise<Batch> | undefined;
  let current: Batch | undefined;
  let closing: Promise<void> | undefined;

  async function readBatch(offset: number, length: number): Promise<Batch> {
    const buffer = pool.take(length);
    try {
      const count = await calls.read(fd, buffer, length, offset);
      if (count !== length) throw new EngineError('corrupt', `blob ${blob.id} was cut short`);
      return { buffer, offset, length };
    } catch (error) {
      pool.give(buffer);
      throw error;
    }
  }

  const readNext = (offset: number): Promise<Batch> =>
    readBatch(offset, atOnce ? fileEnd - offset : Math.min(end - offset, batchBytes));

  async function readTail(): Promise<Buffer> {
    const offset = checksumOffset(sizeBytes, firstBlock);
    const tail = Buffer.allocUnsafe(fileEnd - offset);
    const count = await calls.read(fd, tail, tail.length, offset);
    return tail.subarray(0, count);
  }

  function verify({ buffer, offset }: Batch, length: number, checksums: Buffer): void {
    for (let at = 0; at < length; at += blockBytes) {
      const block = (offset + at) / blockBytes;
      const bytes = buffer.subarray(at, Math.min(length, at + blockBytes));
      if (checksumOf(bytes, seed, block) !== checksums.readUInt32LE(4 * (block - firstBlock))) {
        throw new EngineError('corrupt', `block ${block} of blob ${blob.id} is not as written`);
      }
    }
  }

  try {
    ahead = atOnce || begin < end ? readNext(begin) : undefined;
    // Whatever becomes of the other read, this one is awaited below.
    ahead?.catch(() => {});
    let checksums: Buffer;
    if (atOnce && ahead !== undefined) {
      const { buffer, length } = await ahead;
      checksums = buffer.subarray(checksumOffset(sizeBytes, firstBlock) - begin, length);
    } else checksums = await readTail();
    requireFooter(blob, checksums);

    for (let offset = begin; offset < end; offset += batchBytes) {
      if (ahead === undefined) throw new Error('the next batch was not asked for');
      const batch = await ahead;
      current = batch;
      ahead = undefined;
      signal?.throwIfAborted();
      const length = Math.min(end - offset, batchBytes);
      verify(batch, length, checksums);
      if (offset + batchBytes < end) {
        ahead = readNext(offset + batchBytes);
        ahead.catch(() => {});
      } else closing = calls.close(fd);
      yield batch.buffer.subarray(
        Math.max(0, range.start - offset),
        Math.min(length, range.end - offset),
      );
      current = undefined;
      pool.give(batch.buffer);
      signal?.throwIfAborted();
    }
  } finally {
    if (current !== undefined) pool.give(current.buffer);
    const unread = await ahead?.catch(() => undefined);
    if (unread !== undefined) pool.give(unread.buffer);
    await (closing ?? calls.close(fd));
  }
}
