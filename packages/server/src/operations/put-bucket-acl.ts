import { operation } from '../operation.ts';
import { configure } from './bucket-settings.ts';
import { requireAcl } from './require-acl.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const putBucketAcl = operation('PutBucketAcl', {
  action: 's3:PutBucketAcl',
  run: async (context) => {
    const { bucket } = context;
    const acl = requireAcl(context, context.input.AccessControlPolicy, bucket.owner);
    await configure(context, { acl });
    return {};
  },
});
