import type { ObjectOwnership } from '@aws-sdk/client-s3';
import { operation, type Input } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { isBucketName } from './bucket-name.ts';
import { aclOfHeaders } from './acl-input.ts';
import { isObjectOwnership } from './object-ownership.ts';
import { taggedWith, tagsOf } from './tags.ts';
import { notImplemented, refuseUnserved } from './unserved.ts';

/** AWS's first region: it has no location constraint, and creating a bucket again succeeds there. */
export const firstRegion = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket = operation('CreateBucket', {
  action: 's3:CreateBucket',
  bucket: 'absent',
  run: async ({ identity, input, region: serverRegion, store, accounts, request }) => {
    const name = input.Bucket ?? '';
    if (identity.kind === 'anonymous') throw new S3Error('AccessDenied');
    if (!isBucketName(name)) {
      throw new S3Error('InvalidBucketName', { fields: { BucketName: name } });
    }
    refuseUnservedOf(input);
    const region = regionOf(input) ?? serverRegion;
    const owner = identity.account.id;
    const ownership = ownershipOf(input);
    const tagged = taggedWith(tagsOf(input.CreateBucketConfiguration?.Tags ?? [], 'new bucket'));
    const parties = { owner, bucketOwner: owner };
    const acl = aclOfHeaders({ request, accounts, bucket: undefined, parties });
    const { created, bucket } = await store.buckets.create({
      name,
      region,
      owner,
      ...(acl && { acl }),
      ...(ownership && { ownership }),
      ...tagged,
    });
    if (!created) {
      if (bucket.owner !== owner) {
        throw new S3Error('BucketAlreadyExists', { fields: { BucketName: name } });
      }
      const isFirst = bucket.region === firstRegion && region === firstRegion;
      if (!isFirst || tagged.tags !== undefined) {
        throw new S3Error('BucketAlreadyOwnedByYou', { fields: { BucketName: name } });
      }
      // There, creating it again resets who may do what.
      await store.buckets.configure(bucket, { acl });
    }
    return { Location: `/${name}` };
  },
});

/** Any region will do: they are names, and a client's signature and its bucket must agree on one. */
function regionOf({ CreateBucketConfiguration }: Input<'CreateBucket'>): string | undefined {
  const constraint: string | undefined = CreateBucketConfiguration?.LocationConstraint;
  if (constraint === undefined || constraint === '') return undefined;
  if (constraint === 'EU') return 'eu-west-1';
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(constraint)) return constraint;
  throw new S3Error('InvalidLocationConstraint', { fields: { LocationConstraint: constraint } });
}

/** What would be taken and forgotten is refused by name; what says how things are anyway is not. */
function refuseUnservedOf(input: Input<'CreateBucket'>): void {
  refuseUnserved(input);
  if (input.ObjectLockEnabledForBucket === true) {
    throw notImplemented('x-amz-bucket-object-lock-enabled');
  }
  const namespace: string | undefined = input.BucketNamespace;
  if (namespace !== undefined && namespace !== 'global') {
    throw notImplemented('x-amz-bucket-namespace');
  }
  const { Location, Bucket } = input.CreateBucketConfiguration ?? {};
  if (Location !== undefined || Bucket !== undefined) {
    throw new S3Error('NotImplemented', {
      message: 'CreateBucketConfiguration is served with a LocationConstraint and Tags only',
    });
  }
}

/** Throws InvalidArgument. */
function ownershipOf(input: Input<'CreateBucket'>): ObjectOwnership | undefined {
  const ownership: string | undefined = input.ObjectOwnership;
  if (ownership === undefined || isObjectOwnership(ownership)) return ownership;
  throw new S3Error('InvalidArgument', {
    message: `Invalid x-amz-object-ownership header: ${ownership}`,
    fields: { ArgumentName: 'x-amz-object-ownership', ArgumentValue: ownership },
  });
}
