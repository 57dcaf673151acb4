import { limits } from '../limits.ts';
import { isPublicPolicy } from '../access/evaluate-policy.ts';
import { parsePolicy } from '../access/policy-document.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { configure } from './bucket-settings.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html: it is read before it is
 * stored, by the code that will judge requests with it. */
export const putBucketPolicy = operation('PutBucketPolicy', {
  action: 's3:PutBucketPolicy',
  xmlBytesMax: limits.policyBytesMax,
  run: async (context) => {
    const { bucket, input } = context;
    const text = input.Policy ?? '';
    const policy = parsePolicy(text, bucket.name);
    if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublicPolicy(policy)) {
      throw new S3Error('AccessDenied', { cause: 'public policies are blocked' });
    }
    await configure(context, { policy: text });
    return {};
  },
});
