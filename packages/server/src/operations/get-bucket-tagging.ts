import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { tagSet } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export const getBucketTagging = operation('GetBucketTagging', {
  action: 's3:GetBucketTagging',
  run: ({ bucket }) => {
    if (bucket.tags === undefined) {
      throw new S3Error('NoSuchTagSet', { fields: { BucketName: bucket.name } });
    }
    return Promise.resolve({ TagSet: tagSet(bucket.tags) });
  },
});
