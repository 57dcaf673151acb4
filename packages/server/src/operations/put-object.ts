import { limits } from '../limits.ts';
import { operation } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { checksumOutput, integrityOf } from './checksums.ts';
import { writeConditionOf } from './conditions.ts';
import { attributesOf } from './object-headers.ts';
import { ownerAndAcl } from './object-owner.ts';
import { refuseUnserved } from './unserved.ts';
import { versionOutput } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject = operation('PutObject', {
  action: 's3:PutObject',
  run: async (context) => {
    const { bucket, key, input, request, body, store } = context;
    refuseUnserved(input);
    const { owner, acl } = ownerAndAcl(context);
    const condition = writeConditionOf(input);
    const put = {
      key,
      owner,
      body: body.stream,
      sizeBytes: body.endsItself === true ? undefined : requireSize(body.sizeBytes),
      attributes: { ...attributesOf(input, request), ...(acl && { acl }) },
      integrity: integrityOf(input, request, body),
      caller: request,
      ...(condition && { condition }),
    };
    const offsetBytes = input.WriteOffsetBytes;
    const object =
      offsetBytes === undefined
        ? await store.objects.put(bucket, put)
        : await store.objects.append(bucket, { ...put, offsetBytes });
    return {
      ETag: `"${object.etag}"`,
      ...checksumOutput(object.checksum),
      ...versionOutput(bucket, object.version),
      ...(offsetBytes !== undefined && { Size: object.sizeBytes }),
    };
  },
});

/** Throws S3Error: MissingContentLength, EntityTooLarge. */
function requireSize(sizeBytes: number | undefined): number {
  if (sizeBytes === undefined) throw new S3Error('MissingContentLength');
  if (sizeBytes > limits.putBytesMax) {
    throw new S3Error('EntityTooLarge', {
      fields: { ProposedSize: sizeBytes, MaxSizeAllowed: limits.putBytesMax },
    });
  }
  return sizeBytes;
}
