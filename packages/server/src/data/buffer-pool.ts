import { Buffer } from 'node:buffer';
import { blockBytes } from './blob-format.ts';

/** What one call of the operating system moves: whole blocks. Calls of half a megabyte cost a third
 * of the processor time of calls of 64 KiB, and larger ones gain little. */
export const batchBytes = 4 * blockBytes;

/** How many idle buffers of each size are kept: 16 MiB and 8 MiB. */
const batchesKeptMax = 32;
const blocksKeptMax = 64;

/**
 * Buffers that are used again: fresh ones of this size would come from the operating system each
 * time, cleared page by page. Small blobs get small ones, because a slow client holds its buffers
 * for as long as it likes.
 */
export class BufferPool {
  readonly #batches: Buffer[] = [];
  readonly #blocks: Buffer[] = [];

  /** A buffer of at least that many bytes, `batchBytes` at the most. */
  take(bytes: number): Buffer {
    return bytes <= blockBytes
      ? (this.#blocks.pop() ?? Buffer.allocUnsafeSlow(blockBytes))
      : (this.#batches.pop() ?? Buffer.allocUnsafeSlow(batchBytes));
  }

  /** Nobody reads or writes the buffer any more, not the operating system either. */
  give(buffer: Buffer): void {
    if (buffer.length === batchBytes) {
      if (this.#batches.length < batchesKeptMax) this.#batches.push(buffer);
    } else if (this.#blocks.length < blocksKeptMax) this.#blocks.push(buffer);
  }
}
