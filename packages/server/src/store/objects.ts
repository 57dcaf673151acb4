import type { MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import { appendObject } from './append-object.ts';
import type { Bucket } from './bucket.ts';
import { streamOf } from './chain.ts';
import { changeVersion } from './change-version.ts';
import type { Contents } from './content.ts';
import { changeCurrent, currentKey, judge, preconditionFailed } from './current.ts';
import { createListing } from './listing.ts';
import { createVersionListing } from './list-versions.ts';
import type { Objects, PutRequest, StoredObject } from './object.ts';
import type { VersionRow } from './version-row.ts';
import { decodeObject } from './object-row.ts';
import type { Random } from './ids.ts';
import { findVersion } from './find-version.ts';
import { openObject } from './open-object.ts';
import { removeVersion } from './remove-version.ts';
import { renameObject } from './rename-object.ts';
import type { Version } from './version.ts';
import { receive, type Received } from './receive.ts';

/** The objects in a pair of engines. */
export function createObjects(store: {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
  readonly now: () => number;
  readonly random: Random;
}): Objects {
  const { metadata, contents, now } = store;

  async function put(bucket: Bucket, request: PutRequest): Promise<StoredObject> {
    const { key, condition } = request;
    if (
      condition !== undefined &&
      (request.sizeBytes ?? Number.POSITIVE_INFINITY) > limits.inlineBytesMax
    ) {
      // It will be judged in the commit; but a client need not send much in vain.
      const value = await metadata.get(currentKey(bucket, key));
      judge(condition, key, value && decodeObject(key, value).object);
    }
    const holder = currentKey(bucket, key);
    const received = await receive(contents, request);
    let object: StoredObject | undefined;
    try {
      await changeCurrent(store, bucket, key, (current, version) => {
        judge(condition, key, current?.object);
        object = describe(request, received, now(), version);
        return { row: { object, content: received.content }, ...received.change };
      });
    } catch (error) {
      if (error instanceof S3Error) await contents.abandon(received.content);
      else await contents.doubt(received.content, holder);
      throw error;
    }
    if (object === undefined) throw new Error('a commit without an object');
    return object;
  }

  return {
    open: (bucket, key, want = {}) => openObject(store, bucket, key, want),
    async marker(bucket, key, versionId) {
      const found = await findVersion(metadata, bucket, key, versionId);
      return found?.kind === 'marker' ? found.marker : undefined;
    },
    put,
    append: (bucket, request) => appendObject(store, bucket, request),
    rename: (bucket, request) => renameObject(store, bucket, request),
    async copy(source, { bucket, ...target }) {
      const body = await source.read(undefined, target.caller);
      const { sizeBytes } = source.object;
      return put(bucket, { ...target, body: streamOf(body), sizeBytes });
    },
    async remove(bucket, key, { versionId, condition } = {}) {
      const judgeEtag = (object: StoredObject | undefined): void => {
        if (object && condition && condition.etag !== object.etag) {
          throw preconditionFailed('If-Match');
        }
      };
      if (versionId !== undefined) {
        const judge = (row: VersionRow): void =>
          judgeEtag(row.kind === 'object' ? row.object : undefined);
        return removeVersion(store, bucket, key, { versionId, judge });
      }
      const version = await changeCurrent(store, bucket, key, (current) => {
        judgeEtag(current?.object);
        // Without versions nothing is left of nothing; with them, a delete marker.
        if (current === undefined && bucket.versioning === undefined) return undefined;
        return { row: undefined };
      });
      if (version === undefined) return { marker: false };
      return { marker: bucket.versioning !== undefined, version };
    },
    amend: (bucket, key, amendment) => changeVersion(metadata, bucket, key, amendment),
    listVersions: createVersionListing(metadata),
    list: createListing(metadata, (key, row) => decodeObject(key, row).object),
  };
}

/** Written out: conditional spreads cost a small put more than all the rest of it. */
function describe(
  request: PutRequest,
  received: Received,
  modifiedMs: number,
  version: Version,
): StoredObject {
  const { attributes, key, owner } = request;
  const { sizeBytes } = received.content;
  const { headers, userMetadata, storageClass, tags, acl } = attributes;
  const { md5: etag, checksum } = received;
  const object = { key, headers, userMetadata, sizeBytes, etag, modifiedMs, owner, version };
  const summed = checksum === undefined ? object : { ...object, checksum };
  const classed = storageClass === undefined ? summed : { ...summed, storageClass };
  const tagged = tags === undefined ? classed : { ...classed, tags };
  return acl === undefined ? tagged : { ...tagged, acl };
}
