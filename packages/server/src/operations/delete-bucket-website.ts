import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketWebsite.html: 204 also when there
 * was none. */
export const deleteBucketWebsite = operation('DeleteBucketWebsite', {
  action: 's3:DeleteBucketWebsite',
  run: async ({ bucket, store }) => {
    await store.buckets.configure(bucket, { website: undefined });
    return {};
  },
});
