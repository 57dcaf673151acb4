import type { MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import { createComplete } from './complete-upload.ts';
import type { Contents } from './content.ts';
import type { Random } from './ids.ts';
import { currentKey, liveCheck, noSuchBucket } from './current.ts';
import {
  partNumberOf,
  prefixRange,
  uploadKey,
  uploadPartKey,
  uploadPartsPrefix,
} from './keyspace.ts';
import { createUploadListing } from './list-uploads.ts';
import { createPutPart } from './put-part.ts';
import { decodeObject } from './object-row.ts';
import type { Upload, Uploads } from './upload.ts';
import { decodePart, encodeUpload, fingerprint } from './upload-row.ts';
import { findUpload, newUploadId, noSuchUpload, readParts } from './upload-state.ts';

/** The multipart uploads in a metadata engine. */
export function createUploads(store: {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
  readonly now: () => number;
  readonly random: Random;
  /** What every part but the last must have at least; `limits.partBytesMin` unless told. */
  readonly partBytesMin?: number;
}): Uploads {
  const { metadata, contents, now, random, partBytesMin = limits.partBytesMin } = store;

  async function find(bucket: Bucket, key: string, id: string): Promise<Upload> {
    const found = await findUpload(metadata, bucket, { key, id });
    if (!found) throw noSuchUpload(id);
    return found.upload;
  }

  return {
    async create(bucket, begin) {
      const initiatedMs = now();
      const upload: Upload = { ...begin, id: newUploadId(initiatedMs, random(16)), initiatedMs };
      const key = uploadKey(bucket.id, upload.key, upload.id);
      const value = await metadata.get(currentKey(bucket, upload.key));
      const target = value && decodeObject(upload.key, value);
      const result = await metadata.commit({
        checks: [liveCheck(bucket)],
        puts: [
          {
            key,
            value: encodeUpload({ upload, ...(target && { replaces: fingerprint(target) }) }),
          },
        ],
      });
      if (!result.ok) throw noSuchBucket(bucket);
      return upload;
    },

    find,
    putPart: createPutPart(store),

    async parts(upload, { after, limit }) {
      if (limit === 0) return { parts: [], truncated: false };
      const entries = await metadata.scan({
        from: uploadPartKey(upload.id, Math.min(after, 0xfffe) + 1),
        until: prefixRange(uploadPartsPrefix(upload.id)).until,
        limit: limit + 1,
      });
      return {
        parts: entries
          .slice(0, limit)
          .map(({ key, value }) => decodePart(partNumberOf(key), value).part),
        truncated: entries.length > limit,
      };
    },

    complete: createComplete({ metadata, contents, now, random, partBytesMin }),

    async abort(bucket, key, id) {
      for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
        const found = await findUpload(metadata, bucket, { key, id });
        if (!found) throw noSuchUpload(id);
        const uploaded = await readParts(metadata, id);
        const discarded = contents.discard(
          [...uploaded.byNumber.values()].map(({ content }) => content),
        );
        const result = await metadata.commit({
          checks: [{ key: found.key, value: found.bytes }, uploaded.unchanged],
          puts: discarded.puts,
          deletes: [found.key, ...uploaded.keys, ...discarded.deletes],
        });
        if (result.ok) return;
      }
      throw new S3Error('OperationAborted');
    },

    list: createUploadListing(metadata),
  };
}
