import { operation } from '../operation.ts';
import { requireAcl } from './require-acl.ts';
import { nothingToRead, versionIdOf } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const putObjectAcl = operation('PutObjectAcl', {
  action: 's3:PutObjectAcl',
  run: async (context) => {
    const { bucket, key, input, store, request } = context;
    const versionId = versionIdOf(input.VersionId);
    const object = await store.objects.amend(bucket, key, {
      ...(versionId !== undefined && { versionId }),
      change: (found) => ({
        ...found,
        acl: requireAcl(context, input.AccessControlPolicy, found.owner),
      }),
    });
    if (object === undefined) {
      throw await nothingToRead(store, bucket, key, { versionId, method: request.method });
    }
    return {};
  },
});
