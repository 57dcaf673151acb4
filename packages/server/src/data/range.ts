import type { BlobRef, ByteRange } from './engine.ts';

/** The range that is meant, checked against the blob: all of it when none is given. Throws
 * `RangeError` when it does not lie within the blob. */
export function rangeWithin(blob: BlobRef, range?: ByteRange): ByteRange {
  if (range === undefined) return { start: 0, end: blob.sizeBytes };
  const { start, end } = range;
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || end < start || end > blob.sizeBytes) {
    throw new RangeError(`no bytes ${start} to ${end} in a blob of ${blob.sizeBytes} bytes`);
  }
  return range;
}
