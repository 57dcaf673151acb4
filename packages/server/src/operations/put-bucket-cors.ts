import { compileS3Cors } from '@causeway/cors/s3';
import { limits } from '../limits.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 *
 * The rules are compiled before they are stored, by the very code that will judge requests with
 * them: a configuration that was accepted can be used. They are stored as they were given.
 */
export const putBucketCors = operation('PutBucketCors', {
  action: 's3:PutBucketCORS',
  xmlBytesMax: limits.corsBytesMax,
  run: async ({ bucket, input, store }) => {
    const rules = input.CORSConfiguration?.CORSRules ?? [];
    const compiled = compileS3Cors(rules);
    if (!compiled.ok) {
      const [{ error, message }] = compiled.issues;
      throw new S3Error(error, { message });
    }
    if (!(await store.buckets.configure(bucket, { cors: rules }))) {
      throw new S3Error('NoSuchBucket', { fields: { BucketName: bucket.name } });
    }
    return {};
  },
});
