import type { OperationContext, OperationName } from '../operation.ts';
import type { Acl } from '../store/acl.ts';
import { aclOfHeaders } from './acl-input.ts';

/**
 * Who owns what a request writes, and its ACL. The writer owns it, unless the bucket's owner is to
 * own everything, or what is handed over to them
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html).
 *
 * Throws what `aclOfHeaders` throws.
 */
export function ownerAndAcl(
  context: Pick<OperationContext<OperationName>, 'bucket' | 'identity' | 'accounts' | 'request'>,
): { readonly owner: string; readonly acl?: Acl } {
  const { bucket, identity, accounts, request } = context;
  const writer = identity.kind === 'account' ? identity.account.id : bucket.owner;
  const handedOver = request.headers['x-amz-acl'] === 'bucket-owner-full-control';
  const isBucketOwners =
    bucket.ownership === 'BucketOwnerEnforced' ||
    (bucket.ownership === 'BucketOwnerPreferred' && handedOver);
  const owner = isBucketOwners ? bucket.owner : writer;
  const parties = { owner, bucketOwner: bucket.owner };
  const acl = aclOfHeaders({ request, accounts, bucket, parties });
  return acl === undefined ? { owner } : { owner, acl };
}
