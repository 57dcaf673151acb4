import { limits } from '../limits.ts';
import type { Bytes, Commit, KeyRange, Scan } from './engine.ts';

/*
 * What the port calls programming errors, refused before an engine is touched: LMDB accepts a key
 * that is too long into its queue and then breaks, and PostgreSQL would refuse it only at its own
 * limit. Bytes are trusted to be bytes: the compiler sees to that.
 */

/** Throws `RangeError` unless this can be a key. */
export function requireKey(key: Bytes): void {
  if (key.length === 0) throw new RangeError('a key must not be empty');
  if (key.length > limits.metadataKeyBytesMax) {
    throw new RangeError(
      `a key of ${key.length} bytes is longer than the ${limits.metadataKeyBytesMax} bytes allowed`,
    );
  }
}

/** Throws `RangeError` unless these can be the bounds of a range. */
export function requireRange({ from, until }: KeyRange): void {
  const length = Math.max(from.length, until.length);
  if (length > limits.metadataKeyBytesMax + 1) {
    throw new RangeError(`a bound of ${length} bytes is longer than what follows the longest key`);
  }
}

/** Throws `RangeError` unless the bounds and the limit of the scan make sense. */
export function requireScan(scan: Scan): void {
  requireRange(scan);
  if (!Number.isInteger(scan.limit) || scan.limit < 1) {
    throw new RangeError(`a scan needs a limit of at least 1, not ${scan.limit}`);
  }
}

/** Throws `RangeError` when a key or a bound anywhere in the commit is none. */
export function requireCommit({ checks, puts, deletes }: Commit): void {
  if (checks !== undefined) {
    for (const check of checks) {
      if ('empty' in check) requireRange(check.empty);
      else requireKey(check.key);
    }
  }
  if (deletes !== undefined) for (const key of deletes) requireKey(key);
  if (puts !== undefined) for (const { key } of puts) requireKey(key);
}
