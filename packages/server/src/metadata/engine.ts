/** A key or a value. Keys are compared byte by byte as unsigned numbers, shorter first: never as
 * JavaScript strings, whose order is UTF-16. */
export type Bytes = Uint8Array;

export interface Entry {
  readonly key: Bytes;
  readonly value: Bytes;
}

/** The keys `from <= key < until`. */
export interface KeyRange {
  readonly from: Bytes;
  readonly until: Bytes;
}

/**
 * A condition of a commit, judged in the same instant in which its writes take effect.
 * - `key` with `value`: the key holds exactly these bytes; `value: undefined`: the key is absent.
 * - `empty`: no key lies in the range.
 */
export type Check =
  | { readonly key: Bytes; readonly value: Bytes | undefined }
  | { readonly empty: KeyRange };

export interface Commit {
  readonly checks?: readonly Check[];
  readonly puts?: readonly Entry[];
  readonly deletes?: readonly Bytes[];
}

/** `failed` is the index of the first check that did not hold; then nothing was written. */
export type CommitResult = { readonly ok: true } | { readonly ok: false; readonly failed: number };

export interface Scan extends KeyRange {
  /** The most entries to return, at least 1. */
  readonly limit: number;
}

/**
 * The metadata port: an ordered map of byte keys with atomic conditional commits, in the manner of
 * FoundationDB and Deno KV. Everything that S3 demands to be atomic is one `commit`.
 *
 * - Reads see every commit that resolved before they were called, whichever process made it.
 * - A commit that resolved `ok` survives power loss (for `memory`: the process).
 * - Returned bytes belong to the caller. Passed bytes must not change until the call resolves.
 * - A key longer than `limits.metadataKeyBytesMax` is a programming error and throws `RangeError`.
 * - Failures throw `EngineError`; a failed check does not throw.
 */
export interface MetadataEngine {
  get(key: Bytes): Promise<Bytes | undefined>;
  /** Entries in ascending key order, from one consistent moment. */
  scan(scan: Scan): Promise<readonly Entry[]>;
  commit(commit: Commit): Promise<CommitResult>;
  close(): Promise<void>;
}
