import { operation } from '../operation.ts';
import { nothingToTag, versionNamed } from './amend-tags.ts';
import { tagSet } from './tags.ts';
import { versionOutput } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html: no tags are an empty
 * set. */
export const getObjectTagging = operation('GetObjectTagging', {
  action: 's3:GetObjectTagging',
  run: async (context) => {
    const { bucket, key, store } = context;
    const wanted = { bytes: false, ...versionNamed(context) };
    const open = await store.objects.open(bucket, key, wanted);
    if (open === undefined) throw await nothingToTag(context);
    return { TagSet: tagSet(open.object.tags), ...versionOutput(bucket, open.object.version) };
  },
});
