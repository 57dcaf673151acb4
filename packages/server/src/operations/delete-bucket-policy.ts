import { operation } from '../operation.ts';
import { configure } from './bucket-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export const deleteBucketPolicy = operation('DeleteBucketPolicy', {
  action: 's3:DeleteBucketPolicy',
  run: async (context) => {
    await configure(context, { policy: undefined });
    return {};
  },
});
