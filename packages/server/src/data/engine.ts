import type { ByteStream } from '../http/request.ts';

/** An immutable run of bytes in a data engine. */
export interface BlobRef {
  /** Random and unguessable; never derived from a key. Characters `[0-9a-z]` only. */
  readonly id: string;
  readonly sizeBytes: number;
}

/** Bytes `start <= offset < end` of a blob. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The data port: immutable blobs by random id, never listed by requests, so that a blob which no
 * metadata names yet cannot be observed.
 *
 * - `write` resolves when the bytes survive power loss (for `memory`: nothing does). When the
 *   source throws or the signal aborts, nothing is left behind and the cause is rethrown.
 * - `read` yields exactly the range; it verifies stored checksums on the way and throws
 *   `EngineError('corrupt')` rather than yield a wrong byte, `EngineError('missing')` when the blob
 *   is gone. A reader that opened a blob keeps reading it after `remove`.
 * - A range that does not lie within the blob is a programming error and throws `RangeError`.
 * - An aborted read throws the signal's reason.
 * - `remove` of an absent blob is no error. When it resolves, no later read finds the blob; power
 *   loss may bring the blob back, never a part of it.
 * - `close` waits for the writes under way. After it, everything else is `unavailable`.
 */
export interface DataEngine {
  write(source: ByteStream, signal?: AbortSignal): Promise<BlobRef>;
  read(blob: BlobRef, range?: ByteRange, signal?: AbortSignal): ByteStream;
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}
