/** A key or a value. Keys are compared byte by byte as unsigned numbers, shorter first: never as
 * JavaScript strings, whose order is UTF-16. */
export type Bytes = Uint8Array;

export interface Entry {
  readonly key: Bytes;
  readonly value: Bytes;
}

/** The keys `from <= key < until`. A bound is not a key: it may be empty (before every key), and one
 * byte longer than the longest key, so that what follows any key can be named. */
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

/** The deletes take effect first, then the puts in their order: a key that is in both is there
 * afterwards, and of two puts of one key the last one wins. */
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
 * - A key that is empty or longer than `limits.metadataKeyBytesMax`, a bound that is too long and a
 *   limit below 1 are programming errors: the promise is rejected with `RangeError` and nothing
 *   happened.
 * - Failures throw `EngineError`; a failed check does not throw. After `close` everything else is
 *   `unavailable`; `close` waits for the commits under way, and closing twice is no error.
 */
export interface MetadataEngine {
  get(key: Bytes): Promise<Bytes | undefined>;
  /** Entries in ascending key order, from one consistent moment. */
  scan(scan: Scan): Promise<readonly Entry[]>;
  commit(commit: Commit): Promise<CommitResult>;
  close(): Promise<void>;
}
