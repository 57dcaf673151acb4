import type { ByteStream } from '../http/request.ts';
import type { ByteRange } from '../data/engine.ts';
import type { Bytes, Entry } from '../metadata/engine.ts';

/**
 * Where a run of an object's bytes lies: small ones in a row of the metadata engine beside (not
 * inside) the object's row, so that one flush makes both durable; larger ones in a blob.
 */
export interface Content {
  readonly kind: 'row' | 'blob';
  readonly id: string;
  readonly sizeBytes: number;
}

/** Rows to add to the commit that makes the change visible. */
export interface ContentChange {
  readonly puts: readonly Entry[];
  readonly deletes: readonly Bytes[];
}

export interface Contents {
  /** Reads the source to its end. The bytes are durable together with the commit that includes
   * `change`. */
  write(
    source: ByteStream,
    sizeBytes: number,
    signal?: AbortSignal,
  ): Promise<{ readonly content: Content; readonly change: ContentChange }>;
  /** The rows for the commit that unlinks these contents: their rows deleted, their blobs queued
   * for the reaper in the same commit. */
  discard(contents: readonly Content[]): ContentChange;
  /** Removes what `write` stored when its commit did not happen. */
  abandon(content: Content): Promise<void>;
  /** The bytes of consecutive contents; `EngineError('missing')` before the first byte when one was
   * overwritten meanwhile. */
  read(contents: readonly Content[], range?: ByteRange, signal?: AbortSignal): Promise<ByteStream>;
}
