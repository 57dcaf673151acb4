import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket = operation('DeleteBucket', {
  action: 's3:DeleteBucket',
  run: async ({ bucket, input, store }) => {
    refuseUnserved(input);
    const removed = await store.buckets.remove(bucket);
    const fields = { BucketName: bucket.name };
    if (removed === 'not-empty') throw new S3Error('BucketNotEmpty', { fields });
    if (removed === 'absent') throw new S3Error('NoSuchBucket', { fields });
    return {};
  },
});
