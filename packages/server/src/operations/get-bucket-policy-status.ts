import { isPublicPolicy } from '../access/evaluate-policy.ts';
import { policyOf } from '../access/authorize.ts';
import { isPublicAcl } from '../access/acl.ts';
import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus = operation('GetBucketPolicyStatus', {
  action: 's3:GetBucketPolicyStatus',
  run: ({ bucket }) => {
    const policy = policyOf(bucket);
    const IsPublic =
      (policy !== undefined && isPublicPolicy(policy)) || isPublicAcl(bucket.acl ?? []);
    return Promise.resolve({ PolicyStatus: { IsPublic } });
  },
});
