import { operation } from '../operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html: nothing at all when
 * versions were never kept. */
export const getBucketVersioning = operation('GetBucketVersioning', {
  action: 's3:GetBucketVersioning',
  run: ({ bucket: { versioning, mfaDelete } }) =>
    Promise.resolve({
      ...(versioning && { Status: versioning }),
      ...(mfaDelete && { MFADelete: mfaDelete }),
    }),
});
