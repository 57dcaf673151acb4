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

/** Where the bytes of an object lie: in one content, or in those that its row of parts names. */
export type ObjectContent = Content | { readonly kind: 'parts'; readonly id: string };

/** Rows to add to the commit that makes the change visible. */
export interface ContentChange {
  readonly puts: readonly Entry[];
  readonly deletes: readonly Bytes[];
}

export interface Written {
  readonly content: Content;
  readonly change: ContentChange;
}

export interface Contents {
  /** Takes up to `limits.inlineBytesMax` bytes, which must not change any more. They are durable
   * with the commit that includes `change`. */
  hold(bytes: Uint8Array): Written;
  /** Reads the source, which must have this size, to its end. The bytes are durable when it resolves
   * and belong to nobody until a commit names them. */
  write(source: ByteStream, sizeBytes: number | undefined, signal?: AbortSignal): Promise<Written>;
  /** The rows for the commit that unlinks these contents: their rows deleted, their blobs (and all
   * that a row of parts names, with that row) queued for the reaper in the same commit. */
  discard(contents: readonly ObjectContent[]): ContentChange;
  /** Removes what `write` stored when its commit did not happen. Never throws: it runs while an
   * error is on its way. */
  abandon(content: Content): Promise<void>;
  /** Instead of `abandon` when the commit threw, so that it may have happened: once that can no
   * longer be open, the blob goes unless the row under `holder` names it. Only for content whose
   * name stays in that row, or in the others of `holdersOf`, for as long as the content lives.
   * Never throws. */
  doubt(content: Content, holder: Bytes): Promise<void>;
  /** The bytes of consecutive contents; `EngineError('missing')` before the first byte when the
   * first of them is gone. The stream must be iterated, or its iterator returned. */
  read(contents: readonly Content[], range?: ByteRange, signal?: AbortSignal): Promise<ByteStream>;
}
