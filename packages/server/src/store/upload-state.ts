import { Buffer } from 'node:buffer';
import type { Bytes, Check, MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Bucket } from './bucket.ts';
import {
  isUploadId,
  partNumberOf,
  prefixRange,
  uploadKey,
  uploadPartKey,
  uploadPartsPrefix,
} from './keyspace.ts';
import { decodePart, decodeUpload, type PartRow, type UploadRow } from './upload-row.ts';

/** An upload as it stands in its row; commits that need it under way check `key` for `bytes`. */
export interface FoundUpload extends UploadRow {
  readonly key: Bytes;
  readonly bytes: Bytes;
}

export async function findUpload(
  metadata: MetadataEngine,
  bucket: Bucket,
  of: { readonly key: string; readonly id: string },
): Promise<FoundUpload | undefined> {
  if (!isUploadId(of.id)) return undefined;
  const key = uploadKey(bucket.id, of.key, of.id);
  if (key.length > limits.metadataKeyBytesMax) return undefined;
  const bytes = await metadata.get(key);
  return bytes && { ...decodeUpload(of, bytes), key, bytes };
}

/** All that was uploaded, as of one moment. */
export interface UploadedParts {
  readonly byNumber: ReadonlyMap<number, PartRow>;
  /** Every row, the stamp's included. */
  readonly keys: readonly Bytes[];
  /** The stamp changes with every part, so this one check covers all parts. */
  readonly unchanged: Check;
}

export async function readParts(
  metadata: MetadataEngine,
  uploadId: string,
): Promise<UploadedParts> {
  const range = prefixRange(uploadPartsPrefix(uploadId));
  const entries = await metadata.scan({ ...range, limit: limits.partsMax + 1 });
  const byNumber = new Map<number, PartRow>();
  let stamp: Bytes | undefined;
  for (const { key, value } of entries) {
    const number = partNumberOf(key);
    if (number === 0) stamp = value;
    else byNumber.set(number, decodePart(number, value));
  }
  return {
    byNumber,
    keys: entries.map(({ key }) => key),
    unchanged: { key: uploadPartKey(uploadId, 0), value: stamp },
  };
}

export const noSuchUpload = (id: string): S3Error =>
  new S3Error('NoSuchUpload', { fields: { UploadId: id } });

/** When an upload began, by its id; milliseconds since the epoch. */
export const beginOfUpload = (id: string): number => Number.parseInt(id.slice(0, 12), 16);

/** Hexadecimal digits of an upload id: when it began, so that uploads of one key are listed in that
 * order, and 128 random bits, so that nobody guesses it. */
export function newUploadId(nowMs: number, random: Uint8Array): string {
  const time = Buffer.alloc(6);
  time.writeUIntBE(nowMs, 0, 6);
  return Buffer.concat([time, random]).toString('hex');
}
