import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { ownerOf, pageSize, storageClassName, wholeSeconds } from './listing-output.ts';
import { partChecksum } from './part-output.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts = operation('ListParts', {
  action: 's3:ListMultipartUploadParts',
  run: async ({ bucket, key, input, store, accounts }) => {
    refuseUnserved(input);
    const { asked, limit } = pageSize('max-parts', input.MaxParts);
    const after = partMarkerOf(input.PartNumberMarker);
    const upload = await store.uploads.find(bucket, key, input.UploadId ?? '');
    const { parts, truncated } = await store.uploads.parts(upload, { after, limit });
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      Initiator: ownerOf(upload.owner, accounts),
      Owner: ownerOf(upload.owner, accounts),
      StorageClass: storageClassName(upload.attributes.storageClass),
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(parts.at(-1)?.number ?? 0),
      MaxParts: asked,
      IsTruncated: truncated,
      ...(upload.checksumAlgorithm && {
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      }),
      ...(parts.length > 0 && {
        Parts: parts.map((part) => ({
          PartNumber: part.number,
          LastModified: wholeSeconds(part.modifiedMs),
          ETag: `"${part.etag}"`,
          Size: part.sizeBytes,
          ...partChecksum(part),
        })),
      }),
    };
  },
});

/** The part after which a page of parts begins. Throws InvalidArgument. */
export function partMarkerOf(marker = '0'): number {
  if (/^\d{1,10}$/.test(marker)) return Number(marker);
  throw new S3Error('InvalidArgument', {
    message: 'Argument part-number-marker must be an integer between 0 and 2147483647',
    fields: { ArgumentName: 'part-number-marker', ArgumentValue: marker },
  });
}
