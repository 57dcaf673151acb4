import type { AnyOperation } from '../operation.ts';
import { deleteBucketCors } from './delete-bucket-cors.ts';
import { getBucketCors } from './get-bucket-cors.ts';
import { putBucketCors } from './put-bucket-cors.ts';

/**
 * Every operation that is served. The protocol knows all of S3's; what is missing here answers
 * `501 NotImplemented` by name.
 */
export const operations: readonly AnyOperation[] = [deleteBucketCors, getBucketCors, putBucketCors];
