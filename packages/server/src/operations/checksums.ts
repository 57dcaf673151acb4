import type { Body } from '../auth/body.ts';
import type { HttpRequest } from '../http/request.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Checksum, ChecksumAlgorithm, Integrity } from '../store/checksum.ts';

const members = {
  CRC32: 'ChecksumCRC32',
  CRC32C: 'ChecksumCRC32C',
  CRC64NVME: 'ChecksumCRC64NVME',
  SHA1: 'ChecksumSHA1',
  SHA256: 'ChecksumSHA256',
} as const satisfies Record<ChecksumAlgorithm, string>;

const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

/** The headers that carry a checksum, in lower case. */
export const checksumHeaders: readonly string[] = algorithms.map(
  (algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`,
);

type ChecksumMembers = {
  readonly [K in (typeof members)[ChecksumAlgorithm]]?: string | undefined;
};

export interface IntegrityInput extends ChecksumMembers {
  readonly ContentMD5?: string | undefined;
  /** `x-amz-sdk-checksum-algorithm` */
  readonly ChecksumAlgorithm?: string | undefined;
}

/** The algorithm of this name. Throws InvalidRequest, naming the header. */
export function algorithmNamed(name: string, header: string): ChecksumAlgorithm {
  const found = algorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (found !== undefined) return found;
  throw new S3Error('InvalidRequest', { message: `Value for ${header} header is invalid.` });
}

/**
 * What the client says the body is: Content-MD5, and one checksum, in a header or announced in
 * `x-amz-trailer`. Without a checksum none is computed: the engines hold the bytes to checksums of
 * their own.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function integrityOf(input: IntegrityInput, request: HttpRequest, body: Body): Integrity {
  const given: { algorithm: ChecksumAlgorithm; value: () => string | undefined }[] = [];
  for (const { algorithm, value } of checksumsIn(input)) {
    given.push({ algorithm, value: () => value });
  }
  const trailer = request.headers['x-amz-trailer'];
  if (trailer !== undefined) {
    for (const name of trailer.toLowerCase().split(',')) {
      const header = name.trim();
      if (!header.startsWith('x-amz-checksum-')) continue;
      const algorithm = algorithmNamed(header.slice('x-amz-checksum-'.length), 'x-amz-trailer');
      given.push({ algorithm, value: () => body.trailers()[header] });
    }
  }
  if (given.length > 1) {
    throw new S3Error('InvalidRequest', {
      message:
        'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  }
  const [checksum] = given;
  requireAnnounced(input.ChecksumAlgorithm, checksum?.algorithm);
  return {
    ...(input.ContentMD5 !== undefined && { md5: input.ContentMD5 }),
    ...checksum,
  };
}

function requireAnnounced(
  announced: string | undefined,
  given: ChecksumAlgorithm | undefined,
): void {
  if (announced === undefined) return;
  const algorithm = algorithmNamed(announced, 'x-amz-sdk-checksum-algorithm');
  if (given === undefined) {
    throw new S3Error('InvalidRequest', {
      message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    });
  }
  if (given !== algorithm) {
    throw new S3Error('InvalidRequest', {
      message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.',
    });
  }
}

/** The checksums that an input or a part of it names. */
export function checksumsIn(
  input: ChecksumMembers,
): { readonly algorithm: ChecksumAlgorithm; readonly value: string }[] {
  const found: { readonly algorithm: ChecksumAlgorithm; readonly value: string }[] = [];
  for (const algorithm of algorithms) {
    const value = input[members[algorithm]];
    if (value !== undefined) found.push({ algorithm, value });
  }
  return found;
}

/** The members of an output that tell a checksum. */
export function checksumOutput(checksum: Checksum | undefined): {
  readonly [K in (typeof members)[ChecksumAlgorithm]]?: string;
} & { readonly ChecksumType?: Checksum['type'] } {
  if (checksum === undefined) return {};
  return { [members[checksum.algorithm]]: checksum.value, ChecksumType: checksum.type };
}
