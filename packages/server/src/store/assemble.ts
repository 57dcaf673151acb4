import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { crc32, crc32c } from '@node-rs/crc32';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Checksum, ChecksumAlgorithm } from './checksum.ts';
import { combineCrc, isCrc } from './crc-combine.ts';
import { etagOfParts } from './parts-etag.ts';
import type { StoredPart } from './parts-row.ts';
import type { PartRow } from './upload-row.ts';
import type { CompletedPartRef, Upload, Uploads } from './upload.ts';

export type Completion = Parameters<Uploads['complete']>[2];

/** The object that an upload becomes. */
export interface Assembly {
  readonly parts: readonly StoredPart[];
  readonly sizeBytes: number;
  readonly etag: string;
  /** The algorithm of which every part has a checksum. */
  readonly algorithm?: ChecksumAlgorithm;
  readonly checksum?: Checksum;
}

/**
 * Judges CompleteMultipartUpload against the parts that are there, and computes the object's ETag
 * and checksum from theirs.
 *
 * @param partBytesMin what every part but the last must have.
 *
 * Throws S3Error: InvalidRequest, InvalidPartOrder, InvalidPart, EntityTooSmall, EntityTooLarge,
 * BadDigest (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html).
 */
export function assemble(
  upload: Upload,
  uploaded: ReadonlyMap<number, PartRow>,
  completion: Completion,
  partBytesMin: number,
): Assembly {
  checkOrder(upload, completion);
  const rows = completion.parts.map((ref) => namedPart(upload, uploaded, ref));
  checkSizes(rows, partBytesMin, completion.sizeBytes);

  const algorithm = upload.checksumAlgorithm ?? commonCrc(rows);
  const parts = rows.map(({ part, content }): StoredPart => ({
    number: part.number,
    sizeBytes: part.sizeBytes,
    etag: part.etag,
    ...(algorithm && part.checksum && { checksum: part.checksum.value }),
    content,
  }));
  const checksum = algorithm && wholeChecksum(upload, algorithm, parts);
  checkChecksum(upload, checksum, completion);
  return {
    parts,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    etag: etagOfParts(parts),
    ...(algorithm && { algorithm }),
    ...(checksum && { checksum }),
  };
}

function checkOrder(upload: Upload, { parts, checksumType }: Completion): void {
  if (parts.length === 0) {
    throw new S3Error('InvalidRequest', { message: 'You must specify at least one part' });
  }
  let previous = 0;
  for (const { number } of parts) {
    requirePartNumber(number);
    if (number <= previous) {
      throw new S3Error('InvalidPartOrder', { fields: { UploadId: upload.id } });
    }
    previous = number;
  }
  if (checksumType !== undefined && checksumType !== upload.checksumType) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using the ${upload.checksumType ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    });
  }
}

/** Part numbers are 1 to 10,000: InvalidArgument. */
export function requirePartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= limits.partsMax) return;
  throw new S3Error('InvalidArgument', {
    message: 'Part number must be an integer between 1 and 10000, inclusive',
    fields: { ArgumentName: 'partNumber', ArgumentValue: String(number) },
  });
}

function namedPart(
  upload: Upload,
  uploaded: ReadonlyMap<number, PartRow>,
  ref: CompletedPartRef,
): PartRow {
  const row = uploaded.get(ref.number);
  const own = row?.part.checksum;
  const differs = Object.entries(ref.checksums).some(
    ([algorithm, value]) =>
      value !== undefined && (own?.algorithm !== algorithm || own.value !== value),
  );
  if (row === undefined || row.part.etag !== ref.etag || differs) {
    throw new S3Error('InvalidPart', {
      fields: { ETag: ref.etag, PartNumber: ref.number, UploadId: upload.id },
    });
  }
  const { checksumAlgorithm: algorithm, checksumType } = upload;
  if (algorithm && checksumType === 'COMPOSITE' && ref.checksums[algorithm] === undefined) {
    throw new S3Error('InvalidRequest', {
      message: `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${ref.number} in the request.`,
    });
  }
  return row;
}

function checkSizes(
  rows: readonly PartRow[],
  partBytesMin: number,
  expected: number | undefined,
): void {
  let sizeBytes = 0;
  for (const [index, { part }] of rows.entries()) {
    if (index < rows.length - 1 && part.sizeBytes < partBytesMin) {
      throw new S3Error('EntityTooSmall', {
        fields: {
          ETag: part.etag,
          MinSizeAllowed: partBytesMin,
          PartNumber: part.number,
          ProposedSize: part.sizeBytes,
        },
      });
    }
    sizeBytes += part.sizeBytes;
  }
  if (sizeBytes > limits.objectBytesMax) {
    throw new S3Error('EntityTooLarge', {
      fields: { MaxSizeAllowed: limits.objectBytesMax, ProposedSize: sizeBytes },
    });
  }
  if (expected !== undefined && expected !== sizeBytes) {
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${sizeBytes}`,
    });
  }
}

/** An upload that named no algorithm gets a checksum when the parts happen to agree on a CRC. */
function commonCrc(rows: readonly PartRow[]): ChecksumAlgorithm | undefined {
  const algorithm = rows[0]?.part.checksum?.algorithm;
  if (algorithm === undefined || !isCrc(algorithm)) return undefined;
  return rows.every(({ part }) => part.checksum?.algorithm === algorithm) ? algorithm : undefined;
}

function wholeChecksum(
  upload: Upload,
  algorithm: ChecksumAlgorithm,
  parts: readonly StoredPart[],
): Checksum {
  const pieces = parts.map((part) => ({ value: part.checksum ?? '', sizeBytes: part.sizeBytes }));
  if (upload.checksumType !== 'COMPOSITE' && isCrc(algorithm)) {
    return { algorithm, type: 'FULL_OBJECT', value: combineCrc(algorithm, pieces) };
  }
  const digest = digestOfDigests(
    algorithm,
    pieces.map(({ value }) => Buffer.from(value, 'base64')),
  );
  return { algorithm, type: 'COMPOSITE', value: `${digest.toString('base64')}-${parts.length}` };
}

function digestOfDigests(algorithm: ChecksumAlgorithm, digests: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(digests);
  switch (algorithm) {
    case 'SHA1':
      return createHash('sha1').update(joined).digest();
    case 'SHA256':
      return createHash('sha256').update(joined).digest();
    case 'CRC32':
      return word(crc32(joined));
    case 'CRC32C':
      return word(crc32c(joined));
    case 'CRC64NVME':
      throw new TypeError('CRC64NVME has no composite form');
    default:
      return algorithm satisfies never;
  }
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The checksum of the whole object, if the client sent one: BadDigest. */
function checkChecksum(
  upload: Upload,
  computed: Checksum | undefined,
  { checksum: expected, parts }: Completion,
): void {
  if (expected === undefined) return;
  const { algorithm, value } = expected;
  if (computed?.algorithm === algorithm) {
    // SDKs send a composite value with its number of parts, the documentation also shows it bare.
    if (computed.value === value || computed.value === `${value}-${parts.length}`) return;
  } else if (upload.checksumAlgorithm === undefined) {
    // AWS ignores a checksum of an algorithm that the upload did not name.
    return;
  }
  throw new S3Error('BadDigest', {
    message: `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  });
}
