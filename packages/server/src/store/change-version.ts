import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import { liveCheck, noSuchBucket } from './current.ts';
import { findVersion } from './find-version.ts';
import type { Amendment, StoredObject } from './object.ts';
import { encodeObject } from './object-row.ts';

/**
 * Changes the row of an object in its place, be it current or not, in one commit: it happens only if
 * the bucket exists and the row is still as `change` saw it, otherwise both are asked again. The
 * content, the version and the time stay.
 *
 * @returns the object as it is now; undefined when there is none, or a delete marker
 *
 * Throws S3Error: NoSuchBucket, KeyTooLongError, OperationAborted after too many lost races.
 */
export async function changeVersion(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  { versionId, change }: Amendment,
): Promise<StoredObject | undefined> {
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const found = await findVersion(metadata, bucket, key, versionId);
    if (found?.kind !== 'object') return undefined;
    const { content, rowKey, value } = found;
    const object = change(found.object);
    const result = await metadata.commit({
      checks: [liveCheck(bucket), { key: rowKey, value }],
      puts: [{ key: rowKey, value: encodeObject({ object, content }) }],
    });
    if (result.ok) return object;
    if (result.failed === 0) throw noSuchBucket(bucket);
  }
  throw new S3Error('OperationAborted');
}
