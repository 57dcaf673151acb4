import { operation } from '../operation.ts';
import { amendTags } from './amend-tags.ts';
import { tagsOf } from './tags.ts';
import { versionOutput } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html: all tags are replaced,
 * and the object keeps its time. */
export const putObjectTagging = operation('PutObjectTagging', {
  action: 's3:PutObjectTagging',
  run: async (context) => {
    const tags = tagsOf(context.input.Tagging?.TagSet ?? [], 'object');
    const object = await amendTags(context, tags);
    return versionOutput(context.bucket, object.version);
  },
});
