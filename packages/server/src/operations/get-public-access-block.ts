import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const getPublicAccessBlock = operation('GetPublicAccessBlock', {
  action: 's3:GetBucketPublicAccessBlock',
  run: ({ bucket }) => {
    if (bucket.publicAccessBlock === undefined) {
      throw new S3Error('NoSuchPublicAccessBlockConfiguration', {
        fields: { BucketName: bucket.name },
      });
    }
    return Promise.resolve({ PublicAccessBlockConfiguration: bucket.publicAccessBlock });
  },
});
