import type { Buffer } from 'node:buffer';
import type { ByteStream } from '../http/request.ts';
import { blockBytes, checksumOf, seedOf, trailerOf } from './blob-format.ts';
import { batchBytes, type BufferPool } from './buffer-pool.ts';
import type { FileCalls } from './file-calls.ts';

/** While one batch fills, one is being written; it is sent when that one is done. A second write
 * would only spin: the kernel lets one at a time into a file. */
const writesAtOnceMax = 1;
/** Flushing begins while bytes still come in, so that the last flush, for which the client waits,
 * has little left to do: 64 MiB took a third less time. */
const flushEveryBytes = 16 * 1024 * 1024;

/**
 * Writes the file of one blob: bytes are gathered into batches, because a source only lends its
 * chunks, and batches are written while the next bytes come in.
 */
export class BlobWriter {
  readonly #calls: FileCalls;
  readonly #pool: BufferPool;
  readonly #seed: number;
  readonly #fd: number;
  readonly #checksums: number[] = [];
  /** Calls under way on the descriptor; none of them is ever rejected. */
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly cause: unknown } | undefined;
  #flushing = false;
  #flushedBytes = 0;
  #submittedBytes = 0;
  #buffer: Buffer | undefined;
  #used = 0;

  /** The descriptor stays the caller's, who closes it after `writeAll` or `stop`. */
  constructor(
    calls: FileCalls,
    pool: BufferPool,
    file: { readonly id: string; readonly fd: number },
  ) {
    this.#calls = calls;
    this.#pool = pool;
    this.#seed = seedOf(file.id);
    this.#fd = file.fd;
  }

  /** Reads the source to its end and resolves with its size, when the bytes of the file survive
   * power loss. */
  async writeAll(source: ByteStream, signal: AbortSignal | undefined): Promise<number> {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      let taken = this.#gather(chunk);
      while (taken < chunk.length) {
        await this.#submitBuffer();
        taken += this.#gather(chunk.subarray(taken));
      }
    }
    signal?.throwIfAborted();
    const sizeBytes = this.#submittedBytes + this.#used;
    await this.#submitEnd(sizeBytes);
    await this.#room(1);
    await this.#calls.syncData(this.#fd);
    return sizeBytes;
  }

  /** Waits until nothing is under way on the descriptor any more, and gives the buffer back. */
  async stop(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#buffer !== undefined) this.#pool.give(this.#buffer);
    this.#buffer = undefined;
  }

  /** Copies what fits into the buffer, and says how much that was. */
  #gather(chunk: Uint8Array): number {
    const wanted = this.#used + chunk.length;
    let buffer = this.#buffer;
    if (buffer === undefined || (wanted > buffer.length && buffer.length < batchBytes)) {
      const larger = this.#pool.take(Math.min(wanted, batchBytes));
      if (buffer !== undefined) {
        buffer.copy(larger, 0, 0, this.#used);
        this.#pool.give(buffer);
      }
      buffer = larger;
      this.#buffer = larger;
    }
    const count = Math.min(chunk.length, buffer.length - this.#used);
    buffer.set(count === chunk.length ? chunk : chunk.subarray(0, count), this.#used);
    this.#used += count;
    return count;
  }

  /** Hands the buffer to the operating system when the one before it is written. */
  async #submitBuffer(): Promise<void> {
    this.#sumBuffer();
    await this.#turn();
    this.#send();
    if (!this.#flushing && this.#submittedBytes - this.#flushedBytes >= flushEveryBytes) {
      this.#flushing = true;
      this.#flushedBytes = this.#submittedBytes;
      this.#track(
        this.#calls.syncData(this.#fd).finally(() => {
          this.#flushing = false;
        }),
      );
    }
  }

  /** Waits for the write before; a flush may go on. */
  #turn(): Promise<void> {
    return this.#room(writesAtOnceMax + (this.#flushing ? 1 : 0));
  }

  /** The last bytes and the trailer: in one call if they fit, as they do in a small blob. */
  async #submitEnd(sizeBytes: number): Promise<void> {
    this.#sumBuffer();
    await this.#turn();
    const trailer = trailerOf(this.#checksums, sizeBytes);
    if (this.#buffer === undefined || this.#used + trailer.length > this.#buffer.length) {
      this.#send();
      await this.#turn();
      this.#track(this.#calls.write(this.#fd, trailer, sizeBytes));
    } else {
      this.#buffer.set(trailer, this.#used);
      this.#used += trailer.length;
      this.#send();
    }
  }

  #sumBuffer(): void {
    const bytes = this.#buffer?.subarray(0, this.#used);
    if (bytes === undefined) return;
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const block = bytes.subarray(at, at + blockBytes);
      this.#checksums.push(checksumOf(block, this.#seed, this.#checksums.length));
    }
  }

  #send(): void {
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    const bytes = buffer.subarray(0, this.#used);
    const write = this.#calls.write(this.#fd, bytes, this.#submittedBytes);
    this.#track(write.finally(() => this.#pool.give(buffer)));
    this.#submittedBytes += this.#used;
    this.#buffer = undefined;
    this.#used = 0;
  }

  /** Waits until fewer than `count` calls are under way; throws when one of them failed. */
  async #room(count: number): Promise<void> {
    while (this.#underWay.size >= count) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  #track(call: Promise<unknown>): void {
    const tracked = this.#settle(call).finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  async #settle(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (cause) {
      this.#failure ??= { cause };
    }
  }
}
