import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html: 204 also when there
 * was none. */
export const deleteBucketCors = operation('DeleteBucketCors', {
  action: 's3:PutBucketCORS',
  run: async ({ bucket, store }) => {
    await store.buckets.configure(bucket, { cors: undefined });
    return {};
  },
});
