import { operation, type Input } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ChecksumAlgorithm, ChecksumType } from '../store/checksum.ts';
import { isCrc } from '../store/crc-combine.ts';
import { algorithmNamed } from './checksums.ts';
import { attributesOf } from './object-headers.ts';
import { ownerAndAcl } from './object-owner.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload = operation('CreateMultipartUpload', {
  action: 's3:PutObject',
  run: async (context) => {
    const { bucket, key, input, request, store } = context;
    refuseUnserved(input);
    const { owner, acl } = ownerAndAcl(context);
    const checksum = checksumOf(input);
    const upload = await store.uploads.create(bucket, {
      key,
      owner,
      attributes: { ...attributesOf(input, request), ...(acl && { acl }) },
      ...(checksum && {
        checksumAlgorithm: checksum.algorithm,
        checksumType: checksum.type,
      }),
    });
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    };
  },
});

/**
 * Which checksum the object is to have. A CRC of the whole follows from the CRCs of its parts, a
 * SHA does not; and CRC64NVME has no other form. Throws InvalidRequest.
 */
function checksumOf(
  input: Pick<Input<'CreateMultipartUpload'>, 'ChecksumAlgorithm' | 'ChecksumType'>,
): { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined {
  const asked: string | undefined = input.ChecksumType;
  if (asked !== undefined && asked !== 'COMPOSITE' && asked !== 'FULL_OBJECT') {
    throw invalid('Value for x-amz-checksum-type header is invalid.');
  }
  if (input.ChecksumAlgorithm === undefined) {
    if (asked === undefined) return undefined;
    throw invalid(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const algorithm = algorithmNamed(input.ChecksumAlgorithm, 'x-amz-checksum-algorithm');
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : !isCrc(algorithm)) {
    throw invalid(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type };
}

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });
