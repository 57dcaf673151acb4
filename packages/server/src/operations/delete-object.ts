import { operation } from '../operation.ts';
import { unquoted } from './conditions.ts';
import { refuseUnserved } from './unserved.ts';
import { requireMfa, versionIdOf } from './versions.ts';

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html: 204 also when there was
 * nothing, whatever the condition. In a bucket with versions a delete marker takes the place of what
 * was current, unless a version is named.
 */
export const deleteObject = operation('DeleteObject', {
  action: 's3:DeleteObject',
  run: async ({ bucket, key, input, store }) => {
    const versionId = versionIdOf(input.VersionId);
    refuseUnserved(input);
    requireMfa({ bucket }, versionId);
    const condition = removalCondition(input.IfMatch);
    const removed = await store.objects.remove(bucket, key, {
      ...(versionId !== undefined && { versionId }),
      ...(condition && { condition }),
    });
    const version = removed.version?.id ?? versionId;
    return {
      ...(removed.marker && { DeleteMarker: true }),
      ...(bucket.versioning && version !== undefined && { VersionId: version }),
    };
  },
});

/** `*` demands that the object exists; then there is nothing left to demand. */
export function removalCondition(
  ifMatch: string | undefined,
): { readonly etag: string } | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return { etag: unquoted(ifMatch) };
}
