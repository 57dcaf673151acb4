import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export const getBucketCors = operation('GetBucketCors', {
  action: 's3:GetBucketCORS',
  run: ({ bucket }) => {
    if (bucket.cors === undefined) {
      throw new S3Error('NoSuchCORSConfiguration', { fields: { BucketName: bucket.name } });
    }
    return Promise.resolve({ CORSRules: [...bucket.cors] });
  },
});
