import { operation } from '../operation.ts';
import { amendTags } from './amend-tags.ts';
import { versionOutput } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging = operation('DeleteObjectTagging', {
  action: 's3:DeleteObjectTagging',
  run: async (context) => {
    const object = await amendTags(context, []);
    return versionOutput(context.bucket, object.version);
  },
});
