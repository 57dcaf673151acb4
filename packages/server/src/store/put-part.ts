import { Buffer } from 'node:buffer';
import type { Entry, MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import { requirePartNumber } from './assemble.ts';
import type { ChecksumAlgorithm, Integrity } from './checksum.ts';
import type { Contents } from './content.ts';
import { liveCheck, noSuchBucket } from './current.ts';
import { uploadPartKey } from './keyspace.ts';
import { receive, type Received } from './receive.ts';
import type { Part, Upload, Uploads } from './upload.ts';
import { decodePart, encodePart } from './upload-row.ts';
import { findUpload, noSuchUpload } from './upload-state.ts';

/**
 * `Uploads.putPart`. The commit that shows the part checks that its upload is still under way, so a
 * part which arrives while the upload is aborted or completed leaves nothing behind; and it unlinks
 * the part that had the number before.
 */
export function createPutPart(store: {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
  readonly now: () => number;
}): Uploads['putPart'] {
  const { metadata, contents, now } = store;

  return async (bucket, upload, request) => {
    const { number } = request;
    requirePartNumber(number);
    const algorithm = partAlgorithm(upload, request.integrity);
    const received = await receive(contents, {
      ...request,
      integrity: { ...request.integrity, algorithm },
    });
    const part: Part = {
      number,
      sizeBytes: received.content.sizeBytes,
      etag: received.md5,
      modifiedMs: now(),
      ...(received.checksum && { checksum: received.checksum }),
    };
    const key = uploadPartKey(upload.id, number);
    let committing = false;
    try {
      for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
        const [found, old] = await Promise.all([
          findUpload(metadata, bucket, upload),
          metadata.get(key),
        ]);
        if (!found) throw noSuchUpload(upload.id);
        const replaced = contents.discard(old ? [decodePart(number, old).content] : []);
        committing = true;
        const result = await metadata.commit({
          checks: [{ key: found.key, value: found.bytes }, { key, value: old }, liveCheck(bucket)],
          puts: [
            { key, value: encodePart({ part, content: received.content }) },
            stampOf(upload, received),
            ...received.change.puts,
            ...replaced.puts,
          ],
          deletes: [...received.change.deletes, ...replaced.deletes],
        });
        if (result.ok) return part;
        committing = false;
        if (result.failed === 2) throw noSuchBucket(bucket);
      }
      throw new S3Error('OperationAborted');
    } catch (error) {
      // A commit that was refused did not happen; one that failed may have, and then the bytes are
      // named by the part's row, or by its object's once the upload is complete.
      if (committing) await contents.doubt(received.content, key);
      else await contents.abandon(received.content);
      throw error;
    }
  };
}

/** The stamp differs from every other stamp of the upload as contents do from each other. */
const stampOf = (upload: Upload, { content, md5 }: Received): Entry => ({
  key: uploadPartKey(upload.id, 0),
  value: Buffer.from(`${content.id} ${md5}`, 'latin1'),
});

/**
 * The checksum that is computed and kept with a part. Without one named by anybody it is the
 * algorithm that AWS gives such objects: a completion may name the checksum of the whole, and that
 * is combined from those of the parts.
 */
function partAlgorithm(upload: Upload, integrity: Integrity): ChecksumAlgorithm {
  const { checksumAlgorithm: expected } = upload;
  const actual = integrity.algorithm;
  if (expected !== undefined && actual !== undefined && expected !== actual) {
    throw checksumMismatch(expected, actual);
  }
  return expected ?? actual ?? 'CRC64NVME';
}

/** A part came with another algorithm than its upload was created with, or with none. */
export const checksumMismatch = (
  expected: ChecksumAlgorithm,
  actual: ChecksumAlgorithm | undefined,
): S3Error =>
  new S3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  });
