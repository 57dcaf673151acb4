import { operation } from '../operation.ts';
import { notImplemented, refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload = operation('AbortMultipartUpload', {
  action: 's3:AbortMultipartUpload',
  run: async ({ bucket, key, input, store }) => {
    refuseUnserved(input);
    if (input.IfMatchInitiatedTime !== undefined) {
      throw notImplemented('x-amz-if-match-initiated-time');
    }
    await store.uploads.abort(bucket, key, input.UploadId ?? '');
    return {};
  },
});
