import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { noSuchBucket } from '../store/current.ts';
import { requireWebsite } from './website-configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export const putBucketWebsite = operation('PutBucketWebsite', {
  action: 's3:PutBucketWebsite',
  run: async ({ bucket, input, store }) => {
    const website = input.WebsiteConfiguration;
    if (website === undefined) throw new S3Error('MalformedXML');
    requireWebsite(website);
    if (!(await store.buckets.configure(bucket, { website }))) throw noSuchBucket(bucket);
    return {};
  },
});
