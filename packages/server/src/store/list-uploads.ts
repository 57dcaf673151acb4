import { Buffer } from 'node:buffer';
import type { Bytes, MetadataEngine } from '../metadata/engine.ts';
import {
  escapeKey,
  isUploadId,
  uploadIdOf,
  uploadKey,
  uploadObjectKeyOf,
  uploadsPrefix,
} from './keyspace.ts';
import type { Upload, Uploads } from './upload.ts';
import { decodeUpload } from './upload-row.ts';
import { afterKey, type KeyTable, startAfter, walk } from './walk.ts';

/** `Uploads.list`: by key, then by the time at which the upload began. */
export function createUploadListing(metadata: MetadataEngine): Uploads['list'] {
  return async (bucket, query) => {
    const table = uploadTable(bucket.id);
    const { prefix, delimiter, limit, afterKey: key, afterId } = query;
    const from = startAfter(table, { prefix, delimiter, after: key }, (row) =>
      isUploadId(afterId) ? afterKey(uploadKey(bucket.id, key, afterId)) : afterUploadsOf(row),
    );
    const { steps, truncated } = await walk(metadata, table, { prefix, delimiter, from, limit });

    const uploads: Upload[] = [];
    const commonPrefixes: string[] = [];
    let lastKey = '';
    let lastId = '';
    for (const step of steps) {
      if (step.kind === 'prefix') {
        commonPrefixes.push(step.prefix);
        lastKey = step.prefix;
        lastId = '';
      } else {
        lastKey = step.key;
        lastId = uploadIdOf(Buffer.from(step.entry.key));
        uploads.push(decodeUpload({ key: lastKey, id: lastId }, step.entry.value).upload);
      }
    }
    return { uploads, commonPrefixes, truncated, lastKey, lastId };
  };
}

const uploadTable = (bucketId: string): KeyTable => ({
  prefix: uploadsPrefix(bucketId),
  toRow: escapeKey,
  toKey: uploadObjectKeyOf,
});

/** A key ends with 00 and its id follows: 01 is greater than all of its uploads, and no greater than
 * the least key that begins with it. */
const afterUploadsOf = (row: Bytes): Bytes => afterKey(Buffer.concat([row, Buffer.of(0x00, 0xff)]));
