import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from '../store/bucket.ts';

/**
 * A client may say whom it takes for the owner of a bucket, so that it does not hand its data to
 * whoever has the name by now
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html). Here an
 * account is known by its canonical id, as ListBuckets tells it.
 *
 * Throws AccessDenied.
 */
export function requireOwner(bucket: Pick<Bucket, 'owner'>, expected: string | undefined): void {
  if (expected === undefined || expected === bucket.owner) return;
  throw new S3Error('AccessDenied', { cause: 'the bucket has another owner than was expected' });
}
