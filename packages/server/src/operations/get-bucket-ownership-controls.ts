import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export const getBucketOwnershipControls = operation('GetBucketOwnershipControls', {
  action: 's3:GetBucketOwnershipControls',
  run: ({ bucket }) => {
    if (bucket.ownership === undefined) {
      throw new S3Error('OwnershipControlsNotFoundError', { fields: { BucketName: bucket.name } });
    }
    return Promise.resolve({
      OwnershipControls: { Rules: [{ ObjectOwnership: bucket.ownership }] },
    });
  },
});
