import type { CompletedPart } from '@aws-sdk/client-s3';
import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { operation, type Input } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ChecksumType } from '../store/checksum.ts';
import type { CompletedPartRef } from '../store/upload.ts';
import { checksumOutput, checksumsIn } from './checksums.ts';
import { writeConditionOf } from './conditions.ts';
import { refuseUnserved } from './unserved.ts';
import { versionOutput } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload = operation('CompleteMultipartUpload', {
  action: 's3:PutObject',
  checksums: 'of-object',
  xmlBytesMax: limits.completeUploadBytesMax,
  run: async ({ bucket, key, input, request, store }) => {
    refuseUnserved(input);
    const condition = writeConditionOf(input);
    const checksum = checksumOf(input);
    // A document without a part breaks the schema; without a document, the parts are missing.
    const parts = input.MultipartUpload?.Parts ?? [];
    if (input.MultipartUpload !== undefined && parts.length === 0)
      throw new S3Error('MalformedXML');
    const checksumType = typeOf(input);
    const sizeBytes = input.MpuObjectSize;
    if (sizeBytes !== undefined && sizeBytes < 0) {
      throw new S3Error('InvalidRequest', {
        message: `Value for x-amz-mp-object-size header is less than zero: '${sizeBytes}'`,
      });
    }
    const object = await store.uploads.complete(
      bucket,
      { key, id: input.UploadId ?? '' },
      {
        parts: parts.map(partOf),
        ...(condition && { condition }),
        ...(checksum && { checksum }),
        ...(checksumType && { checksumType }),
        ...(sizeBytes !== undefined && { sizeBytes }),
      },
    );
    return {
      Location: locationOf(request),
      Bucket: bucket.name,
      Key: key,
      ETag: `"${object.etag}"`,
      ...checksumOutput(object.checksum),
      ...versionOutput(bucket, object.version),
    };
  },
});

function partOf(part: CompletedPart): CompletedPartRef {
  if (part.PartNumber === undefined || part.ETag === undefined) throw new S3Error('MalformedXML');
  const etag = part.ETag;
  return {
    number: part.PartNumber,
    etag: etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag,
    checksums: Object.fromEntries(
      checksumsIn(part).map(({ algorithm, value }) => [algorithm, value]),
    ),
  };
}

function checksumOf(input: Input<'CompleteMultipartUpload'>) {
  const [checksum, ...others] = checksumsIn(input);
  if (others.length === 0) return checksum;
  throw new S3Error('InvalidRequest', {
    message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  });
}

function typeOf({ ChecksumType }: Input<'CompleteMultipartUpload'>): ChecksumType | undefined {
  const type: string | undefined = ChecksumType;
  if (type === undefined || type === 'COMPOSITE' || type === 'FULL_OBJECT') return type;
  throw new S3Error('InvalidRequest', {
    message: 'Value for x-amz-checksum-type header is invalid.',
  });
}

/** The URL under which the client knows the object: the one it has just used. */
function locationOf(request: HttpRequest): string {
  const scheme = request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const path = request.path.replaceAll(
    /[^\u0021-\u007e]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `${scheme}://${request.headers['host'] ?? ''}${path}`;
}
