import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';

/** So many random bytes that nobody can foresee. */
export type Random = (sizeBytes: number) => Uint8Array;

/** Where the store's names come from. */
export interface Ids {
  /** 16 hexadecimal digits, random. */
  bucket(): string;
  /** 32 hexadecimal digits: the time, then random. Ascending, so that an engine which keeps its
   * keys in a B-tree appends instead of splitting pages everywhere. */
  content(): string;
}

const timeBytes = 6;
const contentBytes = 16;
const bucketBytes = 8;
/** One call for many ids: asking the operating system costs more than an id is worth. */
const poolBytes = 4096;

export function createIds(now: () => number, random: Random): Ids {
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;

  function take(sizeBytes: number): Uint8Array {
    if (used + sizeBytes > pool.length) {
      pool = random(poolBytes);
      assert(pool.length === poolBytes);
      used = 0;
    }
    used += sizeBytes;
    return pool.subarray(used - sizeBytes, used);
  }

  return {
    bucket: () => hex(take(bucketBytes)),
    content() {
      const id = Buffer.allocUnsafe(contentBytes);
      id.writeUIntBE(now(), 0, timeBytes);
      id.set(take(contentBytes - timeBytes), timeBytes);
      return id.toString('hex');
    },
  };
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
