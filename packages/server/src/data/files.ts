import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EngineError } from '../engine-error.ts';
import type { ByteStream } from '../http/request.ts';
import { readBlobFile } from './blob-reader.ts';
import { BlobWriter } from './blob-writer.ts';
import { BufferPool } from './buffer-pool.ts';
import { DirectorySync } from './directory-sync.ts';
import type { BlobRef, ByteRange, DataEngine } from './engine.ts';
import { fileCalls, type FileCalls } from './file-calls.ts';
import { rangeWithin } from './range.ts';
import { sweepTemporary, temporaryName } from './temporary-files.ts';

export interface FilesOptions {
  /** The file system; the operating system's by default. */
  readonly calls?: FileCalls;
  /** The clock by which old temporaries are told, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Directories that blobs are spread over by the first two digits of their id. */
const branches = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A data engine that keeps each blob in a file of its own:
 *
 *     blobs/3f/3f…        the blobs, see `blob-format.ts`
 *     temporary/…         those that are being written
 *
 * A blob is written under a temporary name, flushed, renamed, and its directory flushed; then it is
 * there, whole, whatever happens. Several processes may use the directory, and several machines if
 * the file system is shared. Makes the directories, and removes what dead processes left behind.
 */
export async function openFiles(
  directory: string,
  { calls = fileCalls, now = Date.now }: FilesOptions = {},
): Promise<DataEngine> {
  const blobs = join(directory, 'blobs');
  const temporary = join(directory, 'temporary');
  const pool = new BufferPool();
  const directories = new DirectorySync(calls);
  const writing = new Set<Promise<BlobRef>>();
  let closed = false;

  const pathOf = (id: string): string => join(blobs, id.slice(0, 2), id);

  function requireOpen(): void {
    if (closed) throw new EngineError('unavailable', 'the data engine is closed');
  }

  async function write(source: ByteStream, signal: AbortSignal | undefined): Promise<BlobRef> {
    const id = randomBytes(16).toString('hex');
    const path = join(temporary, temporaryName(id));
    signal?.throwIfAborted();
    const fd = await engineCall(calls.open(path, 'create'));
    const writer = new BlobWriter(calls, pool, { id, fd });
    try {
      let sizeBytes: number;
      try {
        sizeBytes = await writer.writeAll(source, signal);
      } finally {
        await writer.stop();
        await calls.close(fd);
      }
      await calls.rename(path, pathOf(id));
      await directories.sync(join(blobs, id.slice(0, 2)));
      return { id, sizeBytes };
    } catch (cause) {
      await removeAll(path, pathOf(id));
      throw failureOf(cause);
    }
  }

  /** After a failure: what cannot be removed now is removed at the next start. */
  async function removeAll(...paths: readonly string[]): Promise<void> {
    await Promise.allSettled(paths.map((path) => calls.unlink(path)));
  }

  await engineCall(prepare());

  /** All directories are there, durably, before the first blob comes. */
  async function prepare(): Promise<void> {
    await calls.makeDirectory(temporary);
    await calls.makeDirectory(blobs);
    const present = new Set(await calls.list(blobs));
    for (const branch of branches) {
      if (!present.has(branch)) await calls.makeDirectory(join(blobs, branch));
    }
    await calls.syncDirectory(blobs);
    await calls.syncDirectory(directory);
    await sweepTemporary(calls, temporary, now());
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
      const within = rangeWithin(blob, range);
      requireOpen();
      signal?.throwIfAborted();
      const fd = await openBlob(blob);
      try {
        yield* readBlobFile({ calls, pool }, fd, blob, { range: within, signal });
      } catch (cause) {
        throw failureOf(cause);
      }
    },

    async remove(id: string): Promise<void> {
      requireOpen();
      try {
        await calls.unlink(pathOf(id));
      } catch (cause) {
        if (codeOf(cause) !== 'ENOENT') throw failureOf(cause);
      }
    },

    async close(): Promise<void> {
      closed = true;
      await Promise.allSettled(writing);
    },
  };

  async function openBlob(blob: BlobRef): Promise<number> {
    try {
      return await calls.open(pathOf(blob.id), 'read');
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') {
        throw new EngineError('missing', `no blob ${blob.id}`, { cause });
      }
      throw failureOf(cause);
    }
  }
}

const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

async function engineCall<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw failureOf(cause);
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'syscall' in cause && 'code' in cause ? cause.code : undefined;
}

/** What the file system refused, in the words of the port; anything else, such as the error of a
 * source or the reason of an abort, stays what it is. */
function failureOf(cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === undefined) return cause;
  if (fullCodes.has(code)) return new EngineError('full', 'no room left for data', { cause });
  return new EngineError('unavailable', 'the data could not be read or written', { cause });
}
