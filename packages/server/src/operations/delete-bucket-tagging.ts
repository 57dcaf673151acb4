import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html: 204 also when there
 * were none. */
export const deleteBucketTagging = operation('DeleteBucketTagging', {
  action: 's3:PutBucketTagging',
  run: async ({ bucket, store }) => {
    await store.buckets.configure(bucket, { tags: undefined });
    return {};
  },
});
