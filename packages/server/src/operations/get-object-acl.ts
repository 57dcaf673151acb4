import { operation } from '../operation.ts';
import { aclOutput } from './acl-output.ts';
import { nothingToRead, versionIdOf } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html */
export const getObjectAcl = operation('GetObjectAcl', {
  action: 's3:GetObjectAcl',
  run: async ({ bucket, key, input, accounts, store, request }) => {
    const versionId = versionIdOf(input.VersionId);
    const wanted = { bytes: false, ...(versionId !== undefined && { versionId }) };
    const open = await store.objects.open(bucket, key, wanted);
    if (open === undefined) {
      throw await nothingToRead(store, bucket, key, { versionId, method: request.method });
    }
    return aclOutput(open.object.acl, open.object.owner, accounts);
  },
});
