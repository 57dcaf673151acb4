import type { MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import { streamOf } from './chain.ts';
import type { Contents } from './content.ts';
import { changeCurrent, currentKey, judge, preconditionFailed } from './current.ts';
import { createListing } from './listing.ts';
import type { Objects, PutRequest, StoredObject } from './object.ts';
import { decodeObject } from './object-row.ts';
import { openCurrent } from './open-object.ts';
import { receive, type Received } from './receive.ts';

/** The objects in a pair of engines. */
export function createObjects(store: {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
  readonly now: () => number;
}): Objects {
  const { metadata, contents, now } = store;

  async function put(bucket: Bucket, request: PutRequest): Promise<StoredObject> {
    const { key, condition } = request;
    if (condition !== undefined && request.sizeBytes > limits.inlineBytesMax) {
      // It will be judged in the commit; but a client need not send much in vain.
      const value = await metadata.get(currentKey(bucket, key));
      judge(condition, key, value && decodeObject(key, value).object);
    }
    const holder = currentKey(bucket, key);
    const received = await receive(contents, request);
    let object: StoredObject | undefined;
    try {
      await changeCurrent(store, bucket, key, (current) => {
        judge(condition, key, current?.object);
        object = describe(request, received, now());
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
    open: async (bucket, key, want = 'bytes') =>
      openCurrent(store, currentKey(bucket, key), key, want),
    put,
    async copy(source, { bucket, ...target }) {
      const body = await source.read(undefined, target.caller);
      const { sizeBytes } = source.object;
      return put(bucket, { ...target, body: streamOf(body), sizeBytes });
    },
    remove: (bucket, key, condition) =>
      changeCurrent(store, bucket, key, (current) => {
        if (current === undefined) return undefined;
        if (condition && condition.etag !== current.object.etag)
          throw preconditionFailed('If-Match');
        return { row: undefined };
      }),
    list: createListing(metadata, (key, row) => decodeObject(key, row).object),
  };
}

/** Written out: conditional spreads cost a small put more than all the rest of it. */
function describe(request: PutRequest, received: Received, modifiedMs: number): StoredObject {
  const { attributes, key, sizeBytes, owner } = request;
  const { headers, userMetadata, storageClass } = attributes;
  const { md5: etag, checksum } = received;
  const object = { key, headers, userMetadata, sizeBytes, etag, modifiedMs, owner };
  const summed = checksum === undefined ? object : { ...object, checksum };
  return storageClass === undefined ? summed : { ...summed, storageClass };
}
