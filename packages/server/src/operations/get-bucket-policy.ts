import { S3Error } from '../protocol/errors.ts';
import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html: the text that was put. */
export const getBucketPolicy = operation('GetBucketPolicy', {
  action: 's3:GetBucketPolicy',
  run: ({ bucket }) => {
    if (bucket.policy === undefined) {
      throw new S3Error('NoSuchBucketPolicy', { fields: { BucketName: bucket.name } });
    }
    return Promise.resolve({ Policy: bucket.policy });
  },
});
