import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html */
export const getBucketWebsite = operation('GetBucketWebsite', {
  action: 's3:GetBucketWebsite',
  run: ({ bucket }) => {
    if (bucket.website === undefined) {
      throw new S3Error('NoSuchWebsiteConfiguration', { fields: { BucketName: bucket.name } });
    }
    return Promise.resolve(bucket.website);
  },
});
