import type { ObjectOwnership } from '@aws-sdk/client-s3';

const known: ReadonlySet<string> = new Set<ObjectOwnership>([
  'BucketOwnerEnforced',
  'BucketOwnerPreferred',
  'ObjectWriter',
]);

/** Whether AWS has this word for who owns what others write. */
export const isObjectOwnership = (text: string): text is ObjectOwnership => known.has(text);
