import type { AccessControlPolicy } from '@aws-sdk/client-s3';
import type { OperationContext, OperationName } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Acl } from '../store/acl.ts';
import { aclOfDocument, aclOfHeaders } from './acl-input.ts';

/**
 * The ACL that PutBucketAcl or PutObjectAcl is to put: of the headers or of the document, and not of
 * both. Throws UnexpectedContent, MissingSecurityHeader, and what reading an ACL throws.
 */
export function requireAcl(
  {
    bucket,
    accounts,
    request,
  }: Pick<OperationContext<OperationName>, 'bucket' | 'accounts' | 'request'>,
  document: AccessControlPolicy | undefined,
  owner: string,
): Acl {
  const context = { request, accounts, bucket, parties: { owner, bucketOwner: bucket.owner } };
  const acl = aclOfHeaders(context);
  const isEmpty = document?.Grants === undefined && document?.Owner === undefined;
  if (acl !== undefined) {
    if (isEmpty) return acl;
    throw new S3Error('UnexpectedContent');
  }
  if (document === undefined || isEmpty) {
    throw new S3Error('MissingSecurityHeader', {
      message: 'Your request was missing a required header',
      fields: { MissingHeaderName: 'x-amz-acl' },
    });
  }
  return aclOfDocument(document, context);
}
