import type { AnyOperation } from '../operation.ts';
import { copyObject } from './copy-object.ts';
import { deleteBucketCors } from './delete-bucket-cors.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getBucketCors } from './get-bucket-cors.ts';
import { getObject } from './get-object.ts';
import { headObject } from './head-object.ts';
import { putBucketCors } from './put-bucket-cors.ts';
import { putObject } from './put-object.ts';

/**
 * Every operation that is served. The protocol knows all of S3's; what is missing here answers
 * `501 NotImplemented` by name.
 */
export const operations: readonly AnyOperation[] = [
  copyObject,
  deleteBucketCors,
  deleteObject,
  deleteObjects,
  getBucketCors,
  getObject,
  headObject,
  putBucketCors,
  putObject,
];
