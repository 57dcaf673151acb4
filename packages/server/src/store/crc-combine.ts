import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';

/**
 * The CRC of bytes laid end to end, from the CRCs of the pieces, without the bytes.
 *
 * A CRC is the remainder of a polynomial over GF(2); appending n bytes multiplies what stood before
 * by x^(8n), and the three CRCs of S3 begin and end with the same inversion, which cancels out:
 *
 *     crc(a b) = crc(a) · x^(8 · size of b) + crc(b)   (mod the CRC's polynomial)
 */
const polynomials = {
  CRC32: { bits: 32, high: 0, low: 0xedb88320 | 0 },
  CRC32C: { bits: 32, high: 0, low: 0x82f63b78 | 0 },
  CRC64NVME: { bits: 64, high: 0x9a6c9329 | 0, low: 0xac4bc9b5 | 0 },
} as const;

/** The algorithms whose values can be combined. */
export type CrcAlgorithm = keyof typeof polynomials;

export const isCrc = (algorithm: string): algorithm is CrcAlgorithm =>
  Object.hasOwn(polynomials, algorithm);

export interface CrcPiece {
  /** Base64 as on the wire. */
  readonly value: string;
  readonly sizeBytes: number;
}

/** @returns the CRC of all pieces in order, base64; at least one piece. */
export function combineCrc(algorithm: CrcAlgorithm, pieces: Iterable<CrcPiece>): string {
  const polynomial = polynomials[algorithm];
  // Parts of one upload mostly have one size, and its power of x is the costly half.
  const powers = new Map<number, Remainder>();
  let sum: Remainder | undefined;
  for (const { value, sizeBytes } of pieces) {
    const crc = decode(value, polynomial.bits);
    if (sum === undefined) {
      sum = crc;
      continue;
    }
    let power = powers.get(sizeBytes);
    if (power === undefined) {
      power = powerOfX(sizeBytes, polynomial);
      powers.set(sizeBytes, power);
    }
    const shifted = multiply(sum, power, polynomial);
    sum = { high: shifted.high ^ crc.high, low: shifted.low ^ crc.low };
  }
  assert(sum !== undefined, 'at least one piece');
  return encode(sum, polynomial.bits);
}

/** A polynomial of degree below `bits` in the reflected form of these CRCs: the lowest bit is the
 * highest power. A 32-bit one has only `low`. Signed words, because those are small integers to V8,
 * and unsigned ones are not. */
interface Remainder {
  readonly high: number;
  readonly low: number;
}

type Polynomial = Remainder & { readonly bits: 32 | 64 };

/** a · b mod the polynomial: for each power in `a`, add `b` times that power. */
function multiply(a: Remainder, b: Remainder, polynomial: Polynomial): Remainder {
  let { high, low } = b;
  let sumHigh = 0;
  let sumLow = 0;
  for (let bit = polynomial.bits - 1; bit >= 0; bit--) {
    // All ones where the bit is set, which spares a jump that nobody can predict.
    const taken = -(((bit >= 32 ? a.high : a.low) >>> (bit & 31)) & 1);
    sumHigh ^= high & taken;
    sumLow ^= low & taken;
    const overflow = -(low & 1);
    low = ((low >>> 1) | (high << 31)) ^ (polynomial.low & overflow);
    high = (high >>> 1) ^ (polynomial.high & overflow);
  }
  return { high: sumHigh, low: sumLow };
}

/** x to the power of 8 · `sizeBytes`, by squaring. */
function powerOfX(sizeBytes: number, polynomial: Polynomial): Remainder {
  let square = powerBelow(8, polynomial.bits);
  let product = powerBelow(0, polynomial.bits);
  for (let rest = sizeBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product = multiply(product, square, polynomial);
    square = multiply(square, square, polynomial);
  }
  return product;
}

/** x to the power of `exponent`, which is below `bits`. */
function powerBelow(exponent: number, bits: 32 | 64): Remainder {
  const bit = bits - 1 - exponent;
  return bit >= 32 ? { high: (1 << (bit - 32)) >>> 0, low: 0 } : { high: 0, low: (1 << bit) >>> 0 };
}

function decode(value: string, bits: 32 | 64): Remainder {
  const bytes = Buffer.from(value, 'base64');
  assert(bytes.length * 8 === bits, 'a CRC of the right width');
  return bits === 32
    ? { high: 0, low: bytes.readInt32BE(0) }
    : { high: bytes.readInt32BE(0), low: bytes.readInt32BE(4) };
}

function encode({ high, low }: Remainder, bits: 32 | 64): string {
  const bytes = Buffer.alloc(bits / 8);
  if (bits === 64) bytes.writeInt32BE(high, 0);
  bytes.writeInt32BE(low, bits / 8 - 4);
  return bytes.toString('base64');
}
