import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { isUploadId } from '../store/keyspace.ts';
import {
  commonPrefixesOf,
  keyEncoding,
  ownerOf,
  pageSize,
  storageClassName,
  wholeSeconds,
} from './listing-output.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads = operation('ListMultipartUploads', {
  action: 's3:ListBucketMultipartUploads',
  run: async ({ bucket, input, store, accounts }) => {
    refuseUnserved(input);
    const encode = keyEncoding(input.EncodingType);
    const { asked, limit } = pageSize('max-uploads', input.MaxUploads);
    const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: afterKey = '' } = input;
    const afterId = idMarkerOf(afterKey, input.UploadIdMarker);
    const listing = await store.uploads.list(bucket, {
      prefix,
      delimiter,
      afterKey,
      afterId,
      limit,
    });
    return {
      Bucket: bucket.name,
      KeyMarker: encode(afterKey),
      UploadIdMarker: afterId,
      NextKeyMarker: encode(listing.lastKey),
      NextUploadIdMarker: listing.lastId,
      ...(prefix !== '' && { Prefix: encode(prefix) }),
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      MaxUploads: asked,
      IsTruncated: listing.truncated,
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      ...(listing.uploads.length > 0 && {
        Uploads: listing.uploads.map((upload) => ({
          UploadId: upload.id,
          Key: encode(upload.key),
          Initiated: wholeSeconds(upload.initiatedMs),
          StorageClass: storageClassName(upload.attributes.storageClass),
          Owner: ownerOf(upload.owner, accounts),
          Initiator: ownerOf(upload.owner, accounts),
          ...(upload.checksumAlgorithm && {
            ChecksumAlgorithm: upload.checksumAlgorithm,
            ChecksumType: upload.checksumType,
          }),
        })),
      }),
      ...commonPrefixesOf(listing.commonPrefixes, encode),
    };
  },
});

/** AWS ignores an upload id without its key. The upload itself may be gone: pages go on behind it. */
function idMarkerOf(afterKey: string, marker: string | undefined): string {
  if (afterKey === '' || marker === undefined || marker === '') return '';
  if (isUploadId(marker)) return marker;
  throw new S3Error('InvalidArgument', {
    message: 'Invalid uploadId marker',
    fields: { ArgumentName: 'upload-id-marker', ArgumentValue: marker },
  });
}
