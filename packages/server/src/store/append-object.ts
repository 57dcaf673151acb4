import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import type { Checksum, ChecksumAlgorithm } from './checksum.ts';
import { changeCurrent, currentKey, judge, type KeyStore } from './current.ts';
import { combineCrc, isCrc } from './crc-combine.ts';
import { partsKey } from './keyspace.ts';
import type { AppendRequest, StoredObject } from './object.ts';
import { decodeObject, type ObjectRow } from './object-row.ts';
import { etagOfParts } from './parts-etag.ts';
import { decodeParts, encodeParts, type StoredPart } from './parts-row.ts';
import { receive, type Received } from './receive.ts';
import { heldBy, refuseVersions } from './take-over.ts';
import { newUploadId } from './upload-state.ts';

/**
 * `Objects.append`: what is appended becomes a part. The first time, the object becomes one that was
 * uploaded in parts; then its table of parts grows, under the same id, so that whoever is reading
 * goes on: of the table, too, the beginning stays as it was.
 *
 * The checksum of the whole follows where it is a CRC; a SHA of the whole cannot be had without
 * reading all of it, and is left out.
 */
export async function appendObject(
  store: KeyStore,
  bucket: Bucket,
  request: AppendRequest,
): Promise<StoredObject> {
  const { metadata, contents } = store;
  const { key } = request;
  refuseVersions(bucket, 'Append');
  // All of it is judged in the commit; but a client need not send much in vain.
  const before = await metadata.get(currentKey(bucket, key));
  const known = before && decodeObject(key, before);
  judgeAppend(request, known?.object);
  const integrity = integrityFor(request, known?.object);
  const received = await receive(contents, { ...request, integrity });

  const newPartsId = newUploadId(store.now(), store.random(16));
  let holder = currentKey(bucket, key);
  let object: StoredObject | undefined;
  try {
    await changeCurrent(store, bucket, key, async (current, version, now) => {
      refuseVersions(now, 'Append');
      judgeAppend(request, current?.object);
      const place = { modifiedMs: store.now(), version };
      if (current === undefined || current.object.sizeBytes === 0) {
        holder = currentKey(bucket, key);
        object = { ...first(request, received, current?.object), ...place };
        return { row: { object, content: received.content }, ...received.change };
      }
      const table = grown(await tableOf(metadata, current), received);
      const { content } = current;
      const id = content.kind === 'parts' ? content.id : newPartsId;
      holder = partsKey(id);
      object = { ...extended(current.object, table.parts, received), ...place };
      return {
        row: { object, content: { kind: 'parts', id } },
        extends: true,
        puts: [
          { key: holder, value: encodeParts(table.parts, table.algorithm) },
          ...heldBy(content),
          ...received.change.puts,
        ],
        deletes: received.change.deletes,
      };
    });
  } catch (error) {
    if (error instanceof S3Error) await contents.abandon(received.content);
    else await contents.doubt(received.content, holder);
    throw error;
  }
  if (object === undefined) throw new Error('an append without an object');
  return object;
}

/** Throws InvalidWriteOffset, InvalidRequest, EntityTooLarge, and what `judge` throws. */
function judgeAppend(request: AppendRequest, current: StoredObject | undefined): void {
  const { attributes, condition, key, offsetBytes, sizeBytes = 0 } = request;
  judge(condition, key, current);
  if (offsetBytes !== (current?.sizeBytes ?? 0)) throw new S3Error('InvalidWriteOffset');
  if (sizeBytes === 0) {
    throw invalid("Request body cannot be empty when 'write offset' is specified.");
  }
  if (offsetBytes + sizeBytes > limits.objectBytesMax) {
    throw new S3Error('EntityTooLarge', {
      fields: { MaxSizeAllowed: limits.objectBytesMax, ProposedSize: offsetBytes + sizeBytes },
    });
  }
  if (current !== undefined && Object.keys(attributes.userMetadata).length > 0) {
    throw invalid(
      'Cannot specify both a write offset value and user-defined object metadata for existing objects.',
    );
  }
}

/** The checksum that what is appended must have: of the algorithm of what is there. */
function integrityFor(
  { integrity }: AppendRequest,
  current: StoredObject | undefined,
): AppendRequest['integrity'] {
  const algorithm = current?.checksum?.algorithm;
  if (algorithm === undefined || integrity.algorithm === algorithm) return integrity;
  if (integrity.value === undefined) return { ...integrity, algorithm };
  throw invalid(
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${integrity.algorithm?.toLowerCase() ?? 'null'}.`,
  );
}

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

/** The object as its first bytes make it. An empty one keeps what it says of itself. */
function first(
  { attributes, key, owner }: AppendRequest,
  { content: { sizeBytes }, md5: etag, checksum }: Received,
  empty: StoredObject | undefined,
): Omit<StoredObject, 'modifiedMs' | 'version'> {
  const summed = checksum === undefined ? {} : { checksum };
  if (empty === undefined) return { ...attributes, key, owner, sizeBytes, etag, ...summed };
  const { checksum: _, partsCount: _count, ...kept } = empty;
  return { ...kept, sizeBytes, etag, ...summed };
}

function extended(
  object: StoredObject,
  parts: readonly StoredPart[],
  { checksum: added }: Received,
): Omit<StoredObject, 'modifiedMs' | 'version'> {
  const { checksum: before, ...kept } = object;
  const addedBytes = parts.at(-1)?.sizeBytes ?? 0;
  const checksum = before && added && combined(before, added, [object.sizeBytes, addedBytes]);
  return {
    ...kept,
    sizeBytes: object.sizeBytes + addedBytes,
    etag: etagOfParts(parts),
    partsCount: parts.length,
    ...(checksum && { checksum }),
  };
}

function combined(
  before: Checksum,
  added: Checksum,
  [beforeBytes, addedBytes]: readonly [number, number],
): Checksum | undefined {
  const { algorithm, type } = before;
  if (type !== 'FULL_OBJECT' || algorithm !== added.algorithm || !isCrc(algorithm)) {
    return undefined;
  }
  const value = combineCrc(algorithm, [
    { value: before.value, sizeBytes: beforeBytes },
    { value: added.value, sizeBytes: addedBytes },
  ]);
  return { algorithm, type, value };
}

interface Table {
  readonly parts: readonly StoredPart[];
  /** Every part has a checksum of it. */
  readonly algorithm: ChecksumAlgorithm | undefined;
}

/** What the object consists of by now; one that was put at once is its own first part. */
async function tableOf(metadata: MetadataEngine, { object, content }: ObjectRow): Promise<Table> {
  if (content.kind !== 'parts') {
    const { sizeBytes, etag, checksum } = object;
    const part = { number: 1, sizeBytes, etag, content };
    if (checksum === undefined) return { parts: [part], algorithm: undefined };
    return { parts: [{ ...part, checksum: checksum.value }], algorithm: checksum.algorithm };
  }
  const row = await metadata.get(partsKey(content.id));
  if (row === undefined) throw new EngineError('missing', `the parts ${content.id} are gone`);
  const table = decodeParts(row);
  return {
    parts: Array.from({ length: table.count }, (_, index) => table.at(index)),
    algorithm: table.algorithm,
  };
}

/** Throws TooManyParts. */
function grown({ parts, algorithm }: Table, { content, md5: etag, checksum }: Received): Table {
  const number = (parts.at(-1)?.number ?? 0) + 1;
  if (number > limits.partsMax) throw new S3Error('TooManyParts');
  const part = { number, sizeBytes: content.sizeBytes, etag, content };
  return {
    parts: [...parts, checksum === undefined ? part : { ...part, checksum: checksum.value }],
    algorithm: checksum?.algorithm === algorithm ? algorithm : undefined,
  };
}
