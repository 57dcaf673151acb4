import { Buffer } from 'node:buffer';

/** Node's own pool serves pieces below 4 KiB only, and an `ArrayBuffer` of its own costs a small
 * body more than its digest does. */
const slabBytes = 256 * 1024;

let slab = Buffer.allocUnsafeSlow(0);
let used = 0;

/** Memory that holds whatever it held before: for callers that overwrite all of it, and do not keep
 * it for long, because it keeps the memory of its neighbours alive. */
export function borrow(sizeBytes: number): Buffer {
  if (sizeBytes > slabBytes / 8) return Buffer.allocUnsafeSlow(sizeBytes);
  if (used + sizeBytes > slab.length) {
    slab = Buffer.allocUnsafeSlow(slabBytes);
    used = 0;
  }
  used += sizeBytes;
  return slab.subarray(used - sizeBytes, used);
}
