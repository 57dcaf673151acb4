import type { OperationContext, OperationName } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { Store } from '../store/store.ts';
import { isVersionId, nullVersionId, type Version } from '../store/version.ts';

/** `x-amz-version-id`, in a bucket that keeps versions or once did. */
export function versionOutput(bucket: Bucket, version: Version): { readonly VersionId?: string } {
  const isKept = bucket.versioning !== undefined || version.id !== nullVersionId;
  return isKept ? { VersionId: version.id } : {};
}

/** The id of a version that a request names; an empty one names none. Throws InvalidArgument. */
export function versionIdOf(versionId: string | undefined): string | undefined {
  if (versionId === undefined || isVersionId(versionId)) return versionId;
  throw new S3Error('InvalidArgument', {
    message:
      versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified',
    fields: { ArgumentName: 'versionId', ArgumentValue: versionId },
  });
}

/**
 * Why there is nothing to read: NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker,
 * which can only be deleted
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html).
 */
export async function nothingToRead(
  store: Store,
  bucket: Bucket,
  key: string,
  { versionId, method }: { versionId: string | undefined; method: string },
): Promise<S3Error> {
  const marker = bucket.versioning && (await store.objects.marker(bucket, key, versionId));
  if (marker === undefined) {
    return versionId === undefined
      ? new S3Error('NoSuchKey', { fields: { Key: key } })
      : new S3Error('NoSuchVersion', { fields: { Key: key, VersionId: versionId } });
  }
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.version.id };
  if (versionId === undefined) return new S3Error('NoSuchKey', { fields: { Key: key }, headers });
  return new S3Error('MethodNotAllowed', {
    fields: { Method: method, ResourceType: 'DeleteMarker' },
    headers: {
      ...headers,
      Allow: 'DELETE',
      'Last-Modified': new Date(marker.modifiedMs).toUTCString(),
    },
  });
}

/**
 * A bucket whose owner asked for MFA Delete gives up no version without a token. No device is known
 * to this server, so that none is accepted either
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html).
 * Throws AccessDenied.
 */
export function requireMfa(
  { bucket }: Pick<OperationContext<OperationName>, 'bucket'>,
  versionId: string | undefined,
): void {
  if (versionId === undefined || bucket.mfaDelete !== 'Enabled') return;
  throw new S3Error('AccessDenied', {
    message: 'Mfa Authentication must be used for this request',
    cause: 'MFA Delete is enabled',
  });
}
