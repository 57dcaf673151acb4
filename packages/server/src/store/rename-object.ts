import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import { changeCurrent, currentKey, type KeyStore } from './current.ts';
import type { RenameRequest } from './object.ts';
import { decodeObject } from './object-row.ts';
import { heldBy, refuseVersions } from './take-over.ts';

/** `Objects.rename`. */
export async function renameObject(
  store: KeyStore,
  bucket: Bucket,
  { from, to, judge }: RenameRequest,
): Promise<void> {
  const fromKey = currentKey(bucket, from);
  await changeCurrent(store, bucket, to, async (replaced, _version, now) => {
    refuseVersions(now, 'RenameObject');
    const value = await store.metadata.get(fromKey);
    if (value === undefined) throw new S3Error('NoSuchKey', { fields: { Key: from } });
    const { object, content } = decodeObject(to, value);
    judge(object, replaced?.object);
    if (from === to) return undefined;
    return {
      row: { object, content },
      checks: [{ key: fromKey, value }],
      puts: heldBy(content),
      deletes: [fromKey],
    };
  });
}
