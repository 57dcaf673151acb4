import type { DeletedObject, _Error as DeleteError, ObjectIdentifier } from '@aws-sdk/client-s3';
import { authorize } from '../access/authorize.ts';
import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { operation, type OperationContext } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { removalCondition } from './delete-object.ts';
import { hasDigest } from './document-integrity.ts';
import { refuseUnserved } from './unserved.ts';
import { requireMfa } from './versions.ts';
import { isVersionId } from '../store/version.ts';

type Outcome =
  | { readonly kind: 'deleted'; readonly deleted: DeletedObject }
  | { readonly kind: 'failed'; readonly error: DeleteError };

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: each key succeeds or fails
 * on its own, and the answer is 200 whatever happened to them.
 */
export const deleteObjects = operation('DeleteObjects', {
  action: 's3:DeleteObject',
  authorizes: 'itself',
  xmlBytesMax: limits.deleteObjectsBytesMax,
  run: async (context) => {
    const { input, request } = context;
    refuseUnserved(input);
    requireDigest(request);
    const objects = input.Delete?.Objects ?? [];
    if (objects.length === 0 || objects.length > limits.deleteObjectsMax) {
      throw new S3Error('MalformedXML');
    }
    const outcomes = await removeAll(context, objects);
    const quiet = input.Delete?.Quiet === true;
    return {
      Deleted: outcomes.flatMap((it) => (it.kind === 'deleted' && !quiet ? [it.deleted] : [])),
      Errors: outcomes.flatMap((it) => (it.kind === 'failed' ? [it.error] : [])),
    };
  },
});

/** The request deletes in bulk: AWS wants proof that its list arrived as it was sent. The proof is
 * checked where the document is read. */
function requireDigest(request: HttpRequest): void {
  if (hasDigest(request)) return;
  throw new S3Error('InvalidRequest', {
    message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
  });
}

/** In the order of the request. A few at a time: engines commit what is under way together. */
async function removeAll(
  context: OperationContext<'DeleteObjects'>,
  objects: readonly ObjectIdentifier[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = objects.entries();
  async function work(): Promise<void> {
    for (const [index, identifier] of queue) outcomes[index] = await remove(context, identifier);
  }
  const workers = Math.min(limits.deletesAtOnceMax, objects.length);
  await Promise.all(Array.from({ length: workers }, work));
  return outcomes;
}

async function remove(
  { bucket, store, identity, conditions }: OperationContext<'DeleteObjects'>,
  { Key: key, VersionId, ETag, LastModifiedTime, Size }: ObjectIdentifier,
): Promise<Outcome> {
  try {
    if (key === undefined || key === '') throw new S3Error('UserKeyMustBeSpecified');
    const question = { identity, action: 's3:DeleteObject', bucket, key, conditions };
    const access = await authorize(store, { ...question, versionId: VersionId });
    if (!access.allowed) throw new S3Error('AccessDenied', { cause: access.reason });
    if (VersionId !== undefined && !isVersionId(VersionId)) throw new S3Error('NoSuchVersion');
    if (LastModifiedTime !== undefined || Size !== undefined) throw new S3Error('NotImplemented');
    requireMfa({ bucket }, VersionId);
    const condition = removalCondition(ETag);
    const removed = await store.objects.remove(bucket, key, {
      ...(VersionId !== undefined && { versionId: VersionId }),
      ...(condition && { condition }),
    });
    const deleted: DeletedObject = { Key: key };
    if (VersionId !== undefined) deleted.VersionId = VersionId;
    if (removed.marker && removed.version) {
      deleted.DeleteMarker = true;
      deleted.DeleteMarkerVersionId = removed.version.id;
    }
    return { kind: 'deleted', deleted };
  } catch (failure) {
    // A failing engine fails the request: deleting may be repeated.
    if (!(failure instanceof S3Error)) throw failure;
    const { code, message } = failure;
    const error = { Key: key, Code: code, Message: message, ...(VersionId && { VersionId }) };
    return { kind: 'failed', error };
  }
}
