import type { OperationContext, OperationName } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { BucketSettings } from '../store/bucket.ts';

/** Changes settings of the addressed bucket; `undefined` removes one. Throws NoSuchBucket. */
export async function configure(
  { bucket, store }: Pick<OperationContext<OperationName>, 'bucket' | 'store'>,
  settings: { readonly [K in keyof BucketSettings]: BucketSettings[K] | undefined },
): Promise<void> {
  if (await store.buckets.configure(bucket, settings)) return;
  throw new S3Error('NoSuchBucket', { fields: { BucketName: bucket.name } });
}
