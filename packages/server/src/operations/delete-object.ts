import { operation } from '../operation.ts';
import { unquoted } from './conditions.ts';
import { refuseUnserved, refuseVersion } from './unserved.ts';

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html: 204 also when there was
 * nothing, whatever the condition.
 */
export const deleteObject = operation('DeleteObject', {
  action: 's3:DeleteObject',
  run: async ({ bucket, key, input, store }) => {
    refuseVersion(input.VersionId);
    refuseUnserved(input);
    await store.objects.remove(bucket, key, removalCondition(input.IfMatch));
    return {};
  },
});

/** `*` demands that the object exists; then there is nothing left to demand. */
export function removalCondition(
  ifMatch: string | undefined,
): { readonly etag: string } | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return { etag: unquoted(ifMatch) };
}
