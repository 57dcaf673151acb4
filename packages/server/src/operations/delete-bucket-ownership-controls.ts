import { operation } from '../operation.ts';
import { configure } from './bucket-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html */
export const deleteBucketOwnershipControls = operation('DeleteBucketOwnershipControls', {
  action: 's3:PutBucketOwnershipControls',
  run: async (context) => {
    await configure(context, { ownership: undefined });
    return {};
  },
});
