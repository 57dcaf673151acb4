import type { Permission } from '../store/acl.ts';

/**
 * What an ACL must grant for an action, and whether it is the bucket's or the object's
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping).
 * No ACL grants what is not here: it is the owner's, or a policy allows it.
 */
const byAcl: Readonly<
  Record<string, { readonly on: 'bucket' | 'object'; readonly permission: Permission }>
> = {
  's3:ListBucket': { on: 'bucket', permission: 'READ' },
  's3:ListBucketVersions': { on: 'bucket', permission: 'READ' },
  's3:ListBucketMultipartUploads': { on: 'bucket', permission: 'READ' },
  's3:PutObject': { on: 'bucket', permission: 'WRITE' },
  's3:DeleteObject': { on: 'bucket', permission: 'WRITE' },
  's3:AbortMultipartUpload': { on: 'bucket', permission: 'WRITE' },
  's3:ListMultipartUploadParts': { on: 'bucket', permission: 'WRITE' },
  's3:GetBucketAcl': { on: 'bucket', permission: 'READ_ACP' },
  's3:PutBucketAcl': { on: 'bucket', permission: 'WRITE_ACP' },
  's3:GetObject': { on: 'object', permission: 'READ' },
  's3:GetObjectVersion': { on: 'object', permission: 'READ' },
  's3:GetObjectAttributes': { on: 'object', permission: 'READ' },
  's3:GetObjectVersionAttributes': { on: 'object', permission: 'READ' },
  's3:GetObjectAcl': { on: 'object', permission: 'READ_ACP' },
  's3:GetObjectVersionAcl': { on: 'object', permission: 'READ_ACP' },
  's3:PutObjectAcl': { on: 'object', permission: 'WRITE_ACP' },
  's3:PutObjectVersionAcl': { on: 'object', permission: 'WRITE_ACP' },
};

/** What an ACL must grant for an action. */
export const aclPermission = (
  action: string,
): { readonly on: 'bucket' | 'object'; readonly permission: Permission } | undefined =>
  Object.hasOwn(byAcl, action) ? byAcl[action] : undefined;

/** Actions that have a name of their own when the request names a version. */
const onVersions: ReadonlySet<string> = new Set([
  's3:GetObject',
  's3:GetObjectAcl',
  's3:GetObjectAttributes',
  's3:GetObjectTagging',
  's3:DeleteObject',
  's3:DeleteObjectTagging',
  's3:PutObjectAcl',
  's3:PutObjectTagging',
]);

/** `s3:GetObjectAcl` of a version is `s3:GetObjectVersionAcl`. */
export function actionOn(action: string, versionId: string | undefined): string {
  if (versionId === undefined || !onVersions.has(action)) return action;
  return action.replace('Object', 'ObjectVersion');
}

/** Actions about an object that is there: to somebody who may not list the bucket, one that is missing
 * looks like one that is forbidden. */
export const readsObject = (action: string): boolean =>
  /^s3:(?:Get|Put|Delete)Object(?:Version)?(?:Acl|Attributes|Tagging)$|^s3:GetObject(?:Version)?$/.test(
    action,
  );
