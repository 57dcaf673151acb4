import { operation } from '../operation.ts';
import { configure } from './bucket-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const deletePublicAccessBlock = operation('DeletePublicAccessBlock', {
  action: 's3:PutBucketPublicAccessBlock',
  run: async (context) => {
    await configure(context, { publicAccessBlock: undefined });
    return {};
  },
});
