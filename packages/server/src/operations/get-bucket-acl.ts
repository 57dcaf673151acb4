import { operation } from '../operation.ts';
import { aclOutput } from './acl-output.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export const getBucketAcl = operation('GetBucketAcl', {
  action: 's3:GetBucketAcl',
  run: ({ bucket, accounts }) => Promise.resolve(aclOutput(bucket.acl, bucket.owner, accounts)),
});
