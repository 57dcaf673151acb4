import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { EngineError } from '../engine-error.ts';
import type { ByteStream } from '../http/request.ts';
import type { BlobRef, ByteRange, DataEngine } from './engine.ts';
import { rangeWithin } from './range.ts';

/** What one chunk of a read holds at the most, so that readers meet more than one chunk here too. */
const chunkBytes = 64 * 1024;

/** A data engine that lives and dies with the process. */
export function openMemoryData(): DataEngine {
  const blobs = new Map<string, Uint8Array>();
  const writing = new Set<Promise<BlobRef>>();
  let closed = false;

  async function write(source: ByteStream, signal?: AbortSignal): Promise<BlobRef> {
    const chunks: Uint8Array[] = [];
    signal?.throwIfAborted();
    for await (const chunk of source) {
      signal?.throwIfAborted();
      chunks.push(Uint8Array.from(chunk));
    }
    signal?.throwIfAborted();
    const bytes = Buffer.concat(chunks);
    const id = randomBytes(16).toString('hex');
    blobs.set(id, bytes);
    return { id, sizeBytes: bytes.length };
  }

  function requireOpen(): void {
    if (closed) throw new EngineError('unavailable', 'the data engine is closed');
  }

  return {
    async write(source: ByteStream, signal?: AbortSignal): Promise<BlobRef> {
      requireOpen();
      const written = write(source, signal);
      writing.add(written);
      try {
        return await written;
      } finally {
        writing.delete(written);
      }
    },

    async *read(blob: BlobRef, range?: ByteRange, signal?: AbortSignal) {
      const { start, end } = rangeWithin(blob, range);
      requireOpen();
      const bytes = blobs.get(blob.id);
      if (bytes === undefined) throw new EngineError('missing', `no blob ${blob.id}`);
      if (bytes.length !== blob.sizeBytes) {
        throw new EngineError('corrupt', `blob ${blob.id} holds ${bytes.length} bytes`);
      }
      for (let offset = start; offset < end; offset += chunkBytes) {
        signal?.throwIfAborted();
        yield bytes.slice(offset, Math.min(end, offset + chunkBytes));
      }
    },

    async remove(id: string): Promise<void> {
      requireOpen();
      blobs.delete(id);
    },

    async close(): Promise<void> {
      closed = true;
      await Promise.allSettled(writing);
    },
  };
}
