import { operation } from '../operation.ts';
import { commonPrefixesOf, contentsOf, keyEncoding, pageSize } from './listing-output.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects = operation('ListObjects', {
  action: 's3:ListBucket',
  run: async ({ bucket, input, store, accounts }) => {
    refuseUnserved(input);
    const encode = keyEncoding(input.EncodingType);
    const { asked, limit } = pageSize('maxKeys', input.MaxKeys);
    const { Prefix: prefix = '', Delimiter: delimiter = '', Marker: marker = '' } = input;
    const listing = await store.objects.list(bucket, { prefix, delimiter, after: marker, limit });
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      Marker: encode(marker),
      // Without a delimiter the last key is the marker, and AWS leaves it at that.
      ...(listing.truncated && delimiter !== '' && { NextMarker: encode(listing.last) }),
      MaxKeys: asked,
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      IsTruncated: listing.truncated,
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      ...contentsOf(listing.objects, encode, accounts),
      ...commonPrefixesOf(listing.commonPrefixes, encode),
    };
  },
});
