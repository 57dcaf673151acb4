import type { BucketLocationConstraint } from '@aws-sdk/client-s3';
import { operation } from '../operation.ts';
import { firstRegion } from './create-bucket.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation = operation('GetBucketLocation', {
  action: 's3:GetBucketLocation',
  run: async ({ bucket, input }) => {
    refuseUnserved(input);
    if (bucket.region === firstRegion) return {};
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- AWS's type lists AWS's regions
    return { LocationConstraint: bucket.region as BucketLocationConstraint };
  },
});
