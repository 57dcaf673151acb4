import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { openMemoryData } from '../data/memory.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import type { ChecksumAlgorithm, Integrity } from './checksum.ts';
import { createContents } from './contents.ts';
import { createIds } from './ids.ts';
import { partNumberOf, prefixRange } from './keyspace.ts';
import { decodeObject } from './object-row.ts';
import { decodeParts } from './parts-row.ts';
import { openTestStore, streamOf } from './store-for-tests.ts';
import { auditVersions } from './versions-for-tests.ts';
import { decodeVersion } from './version-row.ts';
import { decodePart } from './upload-row.ts';
import type { CompletedPartRef, Part, Upload } from './upload.ts';
import { createUploads } from './uploads.ts';

/** A store whose parts may be small, so that a test can have many. */
export async function openUploadStore(metadata: MetadataEngine = openMemoryMetadata()) {
  const data = openMemoryData();
  const store = await openTestStore({ metadata, data });
  const now = () => store.clock.nowMs;
  const contents = createContents({ metadata, data, ids: createIds(now, randomBytes), now });
  const uploads = createUploads({ metadata, contents, now, random: randomBytes, partBytesMin: 2 });
  const { bucket } = store;

  return {
    ...store,
    uploads,
    begin: (key: string, more: Partial<Upload> = {}) =>
      uploads.create(bucket, {
        key,
        owner: 'owner',
        attributes: { headers: {}, userMetadata: {} },
        ...more,
      }),
    putPart: (upload: Upload, number: number, body: string, integrity: Integrity = {}) => {
      const bytes = Buffer.from(body);
      return uploads.putPart(bucket, upload, {
        number,
        body: streamOf(bytes),
        sizeBytes: bytes.length,
        integrity,
      });
    },
  };
}

export const refOf = (
  part: Part,
  ...algorithms: readonly ChecksumAlgorithm[]
): CompletedPartRef => ({
  number: part.number,
  etag: part.etag,
  checksums: Object.fromEntries(algorithms.map((name) => [name, part.checksum?.value ?? ''])),
});

export const md5 = (body: string | Uint8Array): Buffer => createHash('md5').update(body).digest();

/**
 * What the rows of a store say that cannot be: content that nothing names or that two name, names
 * of content that is gone, parts without their upload. Empty when all is well.
 */
export async function audit(metadata: MetadataEngine): Promise<string[]> {
  const rows = new Map<string, { key: Buffer; value: Uint8Array }[]>();
  const all = { from: Buffer.alloc(0), until: Buffer.from([0xff]), limit: 1_000_000 };
  for (const { key, value } of await metadata.scan(all)) {
    const table = String.fromCodePoint(key[0] ?? 0);
    rows.set(table, [...(rows.get(table) ?? []), { key: Buffer.from(key), value }]);
  }
  const table = (name: string) => rows.get(name) ?? [];
  const problems: string[] = [];
  const named = new Map<string, number>();
  const name = (what: string) => named.set(what, (named.get(what) ?? 0) + 1);

  for (const { value } of table('o')) {
    const { content } = decodeObject('', value);
    if (content.kind === 'parts' || content.sizeBytes > 0) name(`${content.kind} ${content.id}`);
  }
  for (const { value } of table('v')) {
    const row = decodeVersion('', value);
    if (row.kind === 'marker') continue;
    const { content } = row;
    if (content.kind === 'parts' || content.sizeBytes > 0) name(`${content.kind} ${content.id}`);
  }
  problems.push(...auditVersions(table('o'), table('v'), table('n')));
  const uploadIds = new Set(table('u').map(({ key }) => key.toString('hex', key.length - 22)));
  for (const { key, value } of table('q')) {
    const uploadId = key.toString('hex', 1, key.length - 2);
    if (!uploadIds.has(uploadId)) problems.push(`part ${partNumberOf(key)} of no upload`);
    if (partNumberOf(key) === 0) continue;
    const { content } = decodePart(1, value);
    if (content.sizeBytes > 0) name(`${content.kind} ${content.id}`);
  }
  // The reaper's list: the kind after the time, then the name.
  for (const { key } of table('g')) {
    if (key.toString('latin1', 7, 8) === 'p') name(`parts ${key.toString('latin1', 8)}`);
  }
  for (const { key, value } of table('p')) {
    const id = key.toString('hex', 1);
    if (named.get(`parts ${id}`) !== 1) problems.push(`row of parts ${id} has no object`);
    named.delete(`parts ${id}`);
    const parts = decodeParts(value);
    for (let index = 0; index < parts.count; index++) {
      const { content } = parts.at(index);
      if (content.sizeBytes > 0) name(`${content.kind} ${content.id}`);
    }
  }
  for (const { key } of table('c')) {
    const what = `row ${key.toString('hex', 1)}`;
    if (named.get(what) !== 1) problems.push(`${what} is named ${named.get(what) ?? 0} times`);
    named.delete(what);
  }
  for (const what of named.keys()) {
    if (!what.startsWith('blob ')) problems.push(`${what} is named and not there`);
  }
  return problems;
}

/** How many rows a table has. */
export async function countRows(metadata: MetadataEngine, table: string): Promise<number> {
  const range = prefixRange(Buffer.from(table, 'latin1'));
  return (await metadata.scan({ ...range, limit: 1_000_000 })).length;
}
