import { Buffer } from 'node:buffer';
import type { Bytes, Entry, MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import type { Bucket } from './bucket.ts';
import { readNullPointer } from './key-versions.ts';
import { objectKey, versionKey } from './keyspace.ts';
import type { ListedVersion, Objects, VersionListing, VersionQuery } from './object.ts';
import { decodeObject } from './object-row.ts';
import { RowCursor } from './row-cursor.ts';
import { objectTable, versionTable } from './tables.ts';
import { isVersionId, nullVersionId, stampIn } from './version.ts';
import { decodeVersion } from './version-row.ts';
import { afterKey, startAfter } from './walk.ts';

/**
 * `Objects.listVersions`: the tables of current objects and of other versions, read side by side.
 * Like other listings it seeks past a common prefix instead of reading it.
 */
export function createVersionListing(metadata: MetadataEngine): Objects['listVersions'] {
  return async (bucket, query) => {
    const { prefix, delimiter, limit } = query;
    const page = new Page();
    if (limit === 0) return page.listing(false);
    const start = await startOf(metadata, bucket, query);
    const where = { prefix, limit: limit + 1 };
    const currents = new RowCursor(metadata, objectTable(bucket.id), {
      ...where,
      from: start.currents,
    });
    const others = new RowCursor(metadata, versionTable(bucket.id), {
      ...where,
      from: start.others,
    });
    const delimiterBytes = Buffer.from(delimiter, 'utf8');
    const prefixLength = Buffer.byteLength(prefix, 'utf8');
    let key = start.key;

    for (;;) {
      const current = await currents.peek();
      const other = await others.peek();
      // The current object of a key is newer than its other versions.
      const isCurrent =
        other === undefined || (current && Buffer.compare(current.key, other.key) <= 0);
      const row = isCurrent ? current : other;
      if (row === undefined) return page.listing(false);
      if (page.length === limit) return page.listing(true);
      const hit = delimiter === '' ? -1 : row.key.indexOf(delimiterBytes, prefixLength);
      if (hit < 0) {
        const before = key;
        key = row.key.toString('utf8');
        const version = isCurrent ? currentOf(key, row.entry) : otherOf(key, row.entry);
        page.add({ ...version, latest: key !== before });
        (isCurrent ? currents : others).next();
      } else {
        const folded = row.key.subarray(0, hit + delimiterBytes.length);
        page.fold(folded.toString('utf8'));
        currents.skip(folded);
        others.skip(folded);
      }
    }
  };
}

/** What a page has so far. */
class Page {
  readonly #versions: ListedVersion[] = [];
  readonly #prefixes: string[] = [];
  #lastKey = '';
  #lastVersionId = '';

  get length(): number {
    return this.#versions.length + this.#prefixes.length;
  }

  add(listed: ListedVersion): void {
    const { key, version } = listed.kind === 'object' ? listed.object : listed.marker;
    this.#versions.push(listed);
    this.#lastKey = key;
    this.#lastVersionId = version.id;
  }

  fold(prefix: string): void {
    this.#prefixes.push(prefix);
    this.#lastKey = prefix;
    this.#lastVersionId = '';
  }

  listing(truncated: boolean): VersionListing {
    return {
      versions: this.#versions,
      commonPrefixes: this.#prefixes,
      truncated,
      lastKey: this.#lastKey,
      lastVersionId: this.#lastVersionId,
    };
  }
}

type Stored =
  | Omit<Extract<ListedVersion, { kind: 'object' }>, 'latest'>
  | Omit<Extract<ListedVersion, { kind: 'marker' }>, 'latest'>;

const currentOf = (key: string, { value }: Entry): Stored => ({
  kind: 'object',
  object: decodeObject(key, value).object,
});

function otherOf(key: string, { value }: Entry): Stored {
  const row = decodeVersion(key, value);
  return row.kind === 'object' ? { kind: 'object', object: row.object } : row;
}

/** Where both tables go on, and the key of which the page before had the latest version. */
interface Start {
  readonly currents: Bytes;
  readonly others: Bytes;
  readonly key: string | undefined;
}

async function startOf(
  metadata: MetadataEngine,
  bucket: Bucket,
  { prefix, delimiter, afterKey: after, afterVersionId }: VersionQuery,
): Promise<Start> {
  const query = { prefix, delimiter, after };
  const stamp = await stampOf(metadata, bucket, after, afterVersionId);
  return {
    currents: startAfter(objectTable(bucket.id), query, afterKey),
    // After the current version come all others, whose stamps are smaller.
    others: startAfter(versionTable(bucket.id), query, (row) =>
      stamp === undefined ? afterVersionsOf(row) : afterKey(versionKey(bucket.id, after, stamp)),
    ),
    key: stamp === undefined ? undefined : after,
  };
}

/** A key ends with 00 and an inverted stamp follows, which begins with a date before the year 10889
 * and so never with 8 bytes of FF. */
const afterVersionsOf = (row: Bytes): Bytes =>
  afterKey(Buffer.concat([row, Buffer.of(0x00, 0xff)]));

/** The stamp of the version with which a page ended. */
async function stampOf(
  metadata: MetadataEngine,
  bucket: Bucket,
  key: string,
  id: string,
): Promise<string | undefined> {
  if (!isVersionId(id) || Buffer.byteLength(key, 'utf8') > limits.keyBytesMax) return undefined;
  if (id !== nullVersionId) return stampIn(id);
  const { stamp } = await readNullPointer(metadata, bucket, key);
  if (stamp !== undefined) return stamp;
  const value = await metadata.get(objectKey(bucket.id, key));
  return value && decodeObject(key, value).object.version.stamp;
}
