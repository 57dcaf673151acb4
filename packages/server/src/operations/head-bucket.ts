import { operation } from '../operation.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket = operation('HeadBucket', {
  action: 's3:ListBucket',
  run: async ({ bucket, input }) => {
    refuseUnserved(input);
    return { BucketRegion: bucket.region, BucketArn: `arn:aws:s3:::${bucket.name}` };
  },
});
