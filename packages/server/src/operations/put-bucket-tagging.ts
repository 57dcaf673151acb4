import { operation } from '../operation.ts';
import { noSuchBucket } from '../store/current.ts';
import { taggedWith, tagsOf } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html: all tags are replaced,
 * an empty set removes them. */
export const putBucketTagging = operation('PutBucketTagging', {
  action: 's3:PutBucketTagging',
  run: async ({ bucket, input, store }) => {
    const { tags } = taggedWith(tagsOf(input.Tagging?.TagSet ?? [], 'bucket'));
    if (!(await store.buckets.configure(bucket, { tags }))) throw noSuchBucket(bucket);
    return {};
  },
});
