import type { OperationContext } from '../operation.ts';
import type { S3Error } from '../protocol/errors.ts';
import type { StoredObject, Tags } from '../store/object.ts';
import { taggedWith } from './tags.ts';
import { nothingToRead, versionIdOf } from './versions.ts';

type TaggingContext = OperationContext<
  'PutObjectTagging' | 'GetObjectTagging' | 'DeleteObjectTagging'
>;

/** Replaces the tags of the object, or of the version, that a request names. Throws what
 * `nothingToTag` gives. */
export async function amendTags(context: TaggingContext, tags: Tags): Promise<StoredObject> {
  const { bucket, key, store } = context;
  const object = await store.objects.amend(bucket, key, {
    ...versionNamed(context),
    change: (before) => {
      const { tags: _, ...rest } = before;
      return { ...rest, ...taggedWith(tags) };
    },
  });
  if (object === undefined) throw await nothingToTag(context);
  return object;
}

/** The version that a request names, if it does. Throws InvalidArgument. */
export function versionNamed({ input }: TaggingContext): { readonly versionId?: string } {
  const versionId = versionIdOf(input.VersionId);
  return versionId === undefined ? {} : { versionId };
}

/** A delete marker has no tags, whether it is named or in the way. */
export async function nothingToTag({
  bucket,
  key,
  input,
  request,
  store,
}: TaggingContext): Promise<S3Error> {
  const marker = await store.objects.marker(bucket, key, input.VersionId);
  const versionId = input.VersionId ?? marker?.version.id;
  return nothingToRead(store, bucket, key, { versionId, method: request.method });
}
