import { Buffer } from 'node:buffer';
import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import type { Bytes, MetadataEngine } from '../metadata/engine.ts';
import type { Contents } from './content.ts';
import { readRow } from './contents.ts';
import { partsKey } from './keyspace.ts';
import type { Bucket } from './bucket.ts';
import { findVersion } from './find-version.ts';
import type { OpenObject, Wanted } from './object.ts';
import type { ObjectRow } from './object-row.ts';
import { decodeParts, type PartTable } from './parts-row.ts';

interface Engines {
  readonly metadata: MetadataEngine;
  readonly contents: Contents;
}

/**
 * Opens the current object of a key, or a version of it. An overwrite deletes small bytes at once,
 * so with `bytes` they are fetched along; blobs and rows of parts stay for `limits.garbageGraceMs`.
 */
export async function openObject(
  engines: Engines,
  bucket: Bucket,
  key: string,
  { bytes: wantsBytes = true, versionId }: Wanted,
): Promise<OpenObject | undefined> {
  let before: Bytes | undefined;
  for (let attempt = 0; attempt < limits.commitAttemptsMax; attempt++) {
    const found = await findVersion(engines.metadata, bucket, key, versionId);
    if (found?.kind !== 'object') return undefined;
    const { value } = found;
    if (!wantsBytes || found.content.kind !== 'row') return openRow(engines, found);
    const bytes = await readRow(engines.metadata, found.content);
    if (bytes !== undefined) return openRow(engines, found, bytes);
    // Overwritten between the two reads, unless the row is what it was.
    if (before !== undefined && Buffer.compare(before, value) === 0) {
      throw new EngineError('missing', `the content ${found.content.id} of an object is gone`);
    }
    before = value;
  }
  throw new EngineError('unavailable', 'the object is overwritten faster than it can be read');
}

function openRow({ metadata, contents }: Engines, row: ObjectRow, bytes?: Bytes): OpenObject {
  const { object, content } = row;
  let loading: Promise<PartTable> | undefined;

  async function loadParts(id: string): Promise<PartTable> {
    const value = await metadata.get(partsKey(id));
    if (value === undefined) throw new EngineError('missing', `the parts ${id} are gone`);
    return decodeParts(value);
  }

  async function parts(): Promise<PartTable | undefined> {
    return content.kind === 'parts' ? (loading ??= loadParts(content.id)) : undefined;
  }

  return {
    object,
    parts,
    async part(number) {
      const table = await parts();
      if (table === undefined) {
        const { checksum, sizeBytes } = object;
        const whole = { start: 0, end: sizeBytes, ...(checksum && { checksum }) };
        return number === 1 ? whole : undefined;
      }
      const found = table.find(number);
      if (found === undefined || found.range.end > object.sizeBytes) return undefined;
      const { checksum: value } = table.at(found.index);
      const { algorithm } = table;
      return {
        ...found.range,
        ...(algorithm &&
          value && {
            checksum: { algorithm, type: object.checksum?.type ?? 'COMPOSITE', value },
          }),
      };
    },
    async read(range, caller) {
      if (bytes !== undefined) return range ? bytes.subarray(range.start, range.end) : bytes;
      if (content.kind !== 'parts') return contents.read([content], range, caller?.signal);
      const table = await (loading ??= loadParts(content.id));
      // Something may have been appended to the table since; not to this object.
      const slice = table.slice(range ?? { start: 0, end: object.sizeBytes });
      return contents.read(slice.contents, slice.range, caller?.signal);
    },
  };
}
