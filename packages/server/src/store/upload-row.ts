import { EngineError } from '../engine-error.ts';
import type { Bytes } from '../metadata/engine.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksum.ts';
import type { Content } from './content.ts';
import type { ObjectAttributes } from './object.ts';
import type { ObjectRow } from './object-row.ts';
import { decodeRow, encodeRow } from './row-format.ts';
import type { Part, Upload } from './upload.ts';

const format = 1;

/** What follows the format's number. */
type UploadFields = readonly [
  owner: string,
  initiatedMs: number,
  attributes: ObjectAttributes,
  algorithm: ChecksumAlgorithm | null,
  type: ChecksumType | null,
  replaces: string | null,
];

type PartFields = readonly [
  sizeBytes: number,
  md5: string,
  modifiedMs: number,
  where: 'r' | 'b',
  contentId: string,
  algorithm: ChecksumAlgorithm | undefined,
  checksum: string,
];

/** The row `u bucketId key uploadId`. */
export interface UploadRow {
  readonly upload: Upload;
  /** Which object the key held when the upload began, as `fingerprint` tells; absent: none. A
   * conditional completion must know whether it is still the same. */
  readonly replaces?: string;
}

/** Tells one state of a key from every other, also when the object was written again with the same
 * bytes: contents have ids of their own, and empty ones at least a time. */
export const fingerprint = ({ object, content }: ObjectRow): string =>
  `${object.modifiedMs} ${content.id} ${object.etag}`;

export function encodeUpload({ upload, replaces }: UploadRow): Bytes {
  return encodeRow([
    format,
    upload.owner,
    upload.initiatedMs,
    upload.attributes,
    upload.checksumAlgorithm ?? null,
    upload.checksumType ?? null,
    replaces ?? null,
  ]);
}

/** Reads a row of `encodeUpload`; throws `EngineError('corrupt')`. */
export function decodeUpload(
  of: { readonly key: string; readonly id: string },
  bytes: Bytes,
): UploadRow {
  const row = decodeRow(bytes, format);
  if (typeof row[1] !== 'string' || typeof row[2] !== 'number' || typeof row[3] !== 'object') {
    throw new EngineError('corrupt', 'the row of an upload lacks a field');
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `encodeUpload` writes them
  const [owner, initiatedMs, attributes, algorithm, type, replaces] = row.slice(
    1,
  ) as unknown as UploadFields;
  return {
    upload: {
      id: of.id,
      key: of.key,
      owner,
      initiatedMs,
      attributes,
      ...(algorithm && { checksumAlgorithm: algorithm }),
      ...(type && { checksumType: type }),
    },
    ...(replaces !== null && { replaces }),
  };
}

/** The row `q uploadId partNumber`. */
export interface PartRow {
  readonly part: Part;
  readonly content: Content;
}

export function encodePart({ part, content }: PartRow): Bytes {
  return encodeRow([
    format,
    part.sizeBytes,
    part.etag,
    part.modifiedMs,
    content.kind === 'row' ? 'r' : 'b',
    content.id,
    ...(part.checksum ? [part.checksum.algorithm, part.checksum.value] : []),
  ]);
}

/** Reads a row of `encodePart`; throws `EngineError('corrupt')`. */
export function decodePart(number: number, bytes: Bytes): PartRow {
  const row = decodeRow(bytes, format);
  if (typeof row[1] !== 'number' || typeof row[2] !== 'string' || typeof row[5] !== 'string') {
    throw new EngineError('corrupt', 'the row of a part lacks a field');
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `encodePart` writes them
  const [sizeBytes, etag, modifiedMs, where, id, algorithm, value] = row.slice(
    1,
  ) as unknown as PartFields;
  return {
    part: {
      number,
      sizeBytes,
      etag,
      modifiedMs,
      ...(algorithm && { checksum: { algorithm, type: 'FULL_OBJECT', value } }),
    },
    content: { kind: where === 'r' ? 'row' : 'blob', id, sizeBytes },
  };
}
