import { limits } from '../limits.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Integrity } from '../store/checksum.ts';
import { checksumMismatch } from '../store/put-part.ts';
import type { Upload } from '../store/upload.ts';
import { integrityOf } from './checksums.ts';
import { partChecksum } from './part-output.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart = operation('UploadPart', {
  action: 's3:PutObject',
  run: async ({ bucket, key, input, request, body, store }) => {
    refuseUnserved(input);
    const sizeBytes = requirePartSize(body.sizeBytes);
    const integrity = integrityOf(input, request, body);
    const upload = await store.uploads.find(bucket, key, input.UploadId ?? '');
    const part = await store.uploads.putPart(bucket, upload, {
      number: input.PartNumber ?? 0,
      body: body.stream,
      sizeBytes,
      integrity: named(integrity, upload),
      caller: request,
    });
    return { ETag: `"${part.etag}"`, ...partChecksum(part) };
  },
});

function requirePartSize(sizeBytes: number | undefined): number {
  if (sizeBytes === undefined) throw new S3Error('MissingContentLength');
  if (sizeBytes > limits.partBytesMax) {
    throw new S3Error('EntityTooLarge', {
      fields: { MaxSizeAllowed: limits.partBytesMax, ProposedSize: sizeBytes },
    });
  }
  return sizeBytes;
}

/**
 * What the client named; the upload says what is computed otherwise. A composite checksum is the
 * client's word about each part, so there it must be given. Throws InvalidRequest.
 */
function named(integrity: Integrity, upload: Upload): Integrity {
  if (integrity.value !== undefined) return integrity;
  if (upload.checksumAlgorithm !== undefined && upload.checksumType === 'COMPOSITE') {
    throw checksumMismatch(upload.checksumAlgorithm, undefined);
  }
  const { algorithm: _, ...rest } = integrity;
  return rest;
}
