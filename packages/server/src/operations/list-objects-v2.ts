import { operation } from '../operation.ts';
import { decodeContinuationToken, encodeContinuationToken } from './continuation-token.ts';
import { commonPrefixesOf, contentsOf, keyEncoding, pageSize } from './listing-output.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2 = operation('ListObjectsV2', {
  action: 's3:ListBucket',
  run: async ({ bucket, input, store, accounts }) => {
    refuseUnserved(input);
    const encode = keyEncoding(input.EncodingType);
    const { asked, limit } = pageSize('maxKeys', input.MaxKeys);
    const { Prefix: prefix = '', Delimiter: delimiter = '', StartAfter: startAfter = '' } = input;
    const token = input.ContinuationToken;
    const after = token === undefined ? startAfter : decodeContinuationToken(bucket.id, token);
    const listing = await store.objects.list(bucket, { prefix, delimiter, after, limit });
    return {
      Name: bucket.name,
      Prefix: encode(prefix),
      ...(token !== undefined && { ContinuationToken: token }),
      ...(listing.truncated && {
        NextContinuationToken: encodeContinuationToken(bucket.id, listing.last),
      }),
      // A token outranks it.
      ...(token === undefined && startAfter !== '' && { StartAfter: encode(startAfter) }),
      KeyCount: listing.objects.length + listing.commonPrefixes.length,
      MaxKeys: asked,
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      IsTruncated: listing.truncated,
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      ...contentsOf(listing.objects, encode, input.FetchOwner === true ? accounts : undefined),
      ...commonPrefixesOf(listing.commonPrefixes, encode),
    };
  },
});
