import type { Body } from '../auth/body.ts';
import type { HttpRequest } from '../http/request.ts';
import type { Integrity } from '../store/checksum.ts';
import { digestOf } from '../store/digests.ts';
import { checkIntegrity, verifyIntegrity } from '../store/integrity.ts';
import { checksumHeaders, integrityOf } from './checksums.ts';

/**
 * Checks a document that was gathered (XML or JSON) against the Content-MD5 and the checksum that
 * came with it, if any. Throws S3Error: BadDigest, InvalidDigest, InvalidRequest.
 *
 * @param checksums `of-object`: they are none of the document's
 */
export async function verifyDocument(
  document: Uint8Array,
  request: HttpRequest,
  body: Body,
  checksums?: 'of-object',
): Promise<void> {
  if (!hasDigest(request)) return;
  const { headers } = request;
  const md5 = headers['content-md5'];
  const integrity: Integrity =
    checksums === 'of-object'
      ? { ...(md5 !== undefined && { md5 }) }
      : integrityOf(
          {
            ContentMD5: md5,
            ChecksumCRC32: headers['x-amz-checksum-crc32'],
            ChecksumCRC32C: headers['x-amz-checksum-crc32c'],
            ChecksumCRC64NVME: headers['x-amz-checksum-crc64nvme'],
            ChecksumSHA1: headers['x-amz-checksum-sha1'],
            ChecksumSHA256: headers['x-amz-checksum-sha256'],
          },
          request,
          body,
        );
  checkIntegrity(integrity);
  const { algorithm } = integrity;
  verifyIntegrity(integrity, await digestOf(document, algorithm ? [algorithm] : []));
}

/** Whether a request says what its body must be. */
export function hasDigest({ headers }: HttpRequest): boolean {
  if (headers['content-md5'] !== undefined) return true;
  if (headers['x-amz-trailer']?.toLowerCase().includes('x-amz-checksum-')) return true;
  return checksumHeaders.some((name) => headers[name] !== undefined);
}
