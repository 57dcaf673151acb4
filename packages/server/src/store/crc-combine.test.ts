import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { combineCrc, type CrcAlgorithm } from './crc-combine.ts';

/** The definition, one bit at a time. */
const direct: Record<CrcAlgorithm, (bytes: Uint8Array) => string> = {
  CRC32: (bytes) => crc(bytes, 32, 0xedb88320n),
  CRC32C: (bytes) => crc(bytes, 32, 0x82f63b78n),
  CRC64NVME: (bytes) => crc(bytes, 64, 0x9a6c9329ac4bc9b5n),
};

function crc(bytes: Uint8Array, bits: number, polynomial: bigint): string {
  const ones = (1n << BigInt(bits)) - 1n;
  let value = ones;
  for (const byte of bytes) {
    value ^= BigInt(byte);
    for (let i = 0; i < 8; i++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
  }
  return Buffer.from((value ^ ones).toString(16).padStart(bits / 4, '0'), 'hex').toString('base64');
}

const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME'] as const satisfies readonly CrcAlgorithm[];

// The check values of the catalogue of parametrised CRC algorithms.
test.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
] as const)('%s of 123456789 from its halves is the check value', (algorithm, expected) => {
  const pieces = [Buffer.from('1234'), Buffer.from('56789')].map((bytes) => ({
    value: direct[algorithm](bytes),
    sizeBytes: bytes.length,
  }));
  expect(combineCrc(algorithm, pieces)).toBe(Buffer.from(expected, 'hex').toString('base64'));
});

test.each(algorithms)('%s combined from any pieces is the CRC of the whole', (algorithm) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 6 }),
      (pieces) => {
        const combined = combineCrc(
          algorithm,
          pieces.map((bytes) => ({ value: direct[algorithm](bytes), sizeBytes: bytes.length })),
        );
        expect(combined).toBe(direct[algorithm](Buffer.concat(pieces)));
      },
    ),
  );
});

test.each(algorithms)('%s of sizes beyond 32 bits adds up', (algorithm) => {
  // 6 GiB of zero bytes after a piece, once as one part and once as three.
  const GiB = 1024 ** 3;
  const zeroes = (sizeBytes: number): { value: string; sizeBytes: number } => {
    // Doubling: the CRC of 2n zero bytes from that of n.
    let piece = { value: direct[algorithm](new Uint8Array(1)), sizeBytes: 1 };
    while (piece.sizeBytes < sizeBytes) {
      piece = { value: combineCrc(algorithm, [piece, piece]), sizeBytes: piece.sizeBytes * 2 };
    }
    return piece;
  };
  const head = { value: direct[algorithm](Buffer.from('head')), sizeBytes: 4 };
  const two = zeroes(2 * GiB);
  const six = { value: combineCrc(algorithm, [two, two, two]), sizeBytes: 6 * GiB };
  expect(combineCrc(algorithm, [head, six])).toBe(combineCrc(algorithm, [head, two, two, two]));
});
