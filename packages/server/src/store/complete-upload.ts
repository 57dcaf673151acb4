import type { MetadataEngine } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import { assemble, type Assembly } from './assemble.ts';
import type { Contents } from './content.ts';
import { changeCurrent, currentKey, judge } from './current.ts';
import { partsKey } from './keyspace.ts';
import type { Random } from './ids.ts';
import type { StoredObject, WriteCondition } from './object.ts';
import { decodeObject, type ObjectRow } from './object-row.ts';
import { encodeParts } from './parts-row.ts';
import type { Upload, Uploads } from './upload.ts';
import { fingerprint, type UploadRow } from './upload-row.ts';
import type { Version } from './version.ts';
import { findUpload, noSuchUpload, readParts } from './upload-state.ts';

/**
 * `Uploads.complete`: one commit turns the parts into an object, whatever their number, and copies
 * no byte. It happens only if no part, no abort and no other write of the key came in between;
 * otherwise everything is judged anew.
 */
export function createComplete(store: {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
  readonly now: () => number;
  readonly random: Random;
  readonly partBytesMin: number;
}): Uploads['complete'] {
  const { metadata, contents, now, partBytesMin } = store;

  return async (bucket, { key, id }, completion) => {
    let object: StoredObject | undefined;
    await changeCurrent(store, bucket, key, async (current, version) => {
      const found = await findUpload(metadata, bucket, { key, id });
      if (!found) {
        // What is current was read before the upload: read it again, now that it must be there.
        const value = await metadata.get(currentKey(bucket, key));
        const made = value && decodeObject(key, value);
        // The parts of an object go by the id of its upload: then this one is done already.
        if (made?.content.kind !== 'parts' || made.content.id !== id) throw noSuchUpload(id);
        object = made.object;
        return undefined;
      }
      judgeCompletion(completion.condition, found, current);
      const uploaded = await readParts(metadata, id);
      const made = assemble(found.upload, uploaded.byNumber, completion, partBytesMin);
      object = objectOf(found.upload, made, now(), version);

      const named = new Set(made.parts.map((part) => part.number));
      const leftOver = [...uploaded.byNumber.values()]
        .filter(({ part }) => !named.has(part.number))
        .map(({ content }) => content);
      const discarded = contents.discard(leftOver);
      return {
        row: { object, content: { kind: 'parts', id } },
        checks: [{ key: found.key, value: found.bytes }, uploaded.unchanged],
        puts: [
          { key: partsKey(id), value: encodeParts(made.parts, made.algorithm) },
          ...discarded.puts,
        ],
        deletes: [found.key, ...uploaded.keys, ...discarded.deletes],
      };
    });
    if (object === undefined) throw new Error('a completion without an object');
    return object;
  };
}

function objectOf(
  upload: Upload,
  made: Assembly,
  modifiedMs: number,
  version: Version,
): StoredObject {
  return {
    ...upload.attributes,
    key: upload.key,
    owner: upload.owner,
    sizeBytes: made.sizeBytes,
    etag: made.etag,
    modifiedMs,
    partsCount: made.parts.length,
    version,
    ...(made.checksum && { checksum: made.checksum }),
  };
}

/**
 * As every write, and then against the object that was there when the upload began: 409 tells the
 * client to upload anew, because somebody else wrote or deleted the key meanwhile.
 */
function judgeCompletion(
  condition: WriteCondition | undefined,
  { upload, replaces }: UploadRow,
  current: ObjectRow | undefined,
): void {
  if (condition === undefined) return;
  judge(condition, upload.key, current?.object);
  if ((current && fingerprint(current)) === replaces) return;
  throw new S3Error('ConditionalRequestConflict', {
    fields: { Condition: condition.absent ? 'If-None-Match' : 'If-Match', Key: upload.key },
  });
}
