import { Buffer } from 'node:buffer';
import { S3Error } from '../protocol/errors.ts';
import type { ChecksumAlgorithm, Integrity } from './checksum.ts';
import type { Digest } from './digests.ts';

/** Sizes of the digests in bytes. */
export const digestBytes: Readonly<Record<ChecksumAlgorithm | 'MD5', number>> = {
  MD5: 16,
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** True for the base64 of a digest of this algorithm, and for nothing else. */
export function isDigest(algorithm: ChecksumAlgorithm | 'MD5', value: string): boolean {
  const bytes = digestBytes[algorithm];
  if (value.length !== Math.ceil(bytes / 3) * 4) return false;
  const decoded = Buffer.from(value, 'base64');
  // Node skips what is not base64; only the canonical form comes back as it was.
  return decoded.length === bytes && decoded.toString('base64') === value;
}

/** Before a byte is read: InvalidDigest, or InvalidRequest for a checksum that cannot be one. */
export function checkIntegrity({ md5, algorithm, value }: Integrity): void {
  if (md5 !== undefined && !isDigest('MD5', md5)) {
    throw new S3Error('InvalidDigest', { fields: { 'Content-MD5': md5 } });
  }
  const expected = value?.();
  if (algorithm !== undefined && expected !== undefined) checkValue(algorithm, expected);
}

/** Once the bytes are known: BadDigest when they are not what the client said, MalformedTrailerError
 * when it did not say what it had announced. */
export function verifyIntegrity({ md5, algorithm, value }: Integrity, digest: Digest): void {
  if (md5 !== undefined) {
    const calculated = Buffer.from(digest.md5, 'hex').toString('base64');
    if (calculated !== md5) {
      throw new S3Error('BadDigest', {
        fields: { ExpectedDigest: md5, CalculatedDigest: calculated },
      });
    }
  }
  const expected = value?.();
  if (algorithm === undefined) return;
  if (expected === undefined) {
    // Whoever announces a checksum must send it: else anything would pass for what it protects.
    if (value !== undefined) throw new S3Error('MalformedTrailerError');
    return;
  }
  checkValue(algorithm, expected);
  if (digest.checksums[algorithm] !== expected) {
    throw new S3Error('BadDigest', {
      message: `The ${algorithm} you specified did not match the calculated checksum.`,
    });
  }
}

function checkValue(algorithm: ChecksumAlgorithm, value: string): void {
  if (isDigest(algorithm, value)) return;
  throw new S3Error('InvalidRequest', {
    message: `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
  });
}
