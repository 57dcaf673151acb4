import { EngineError } from '../engine-error.ts';
import type { Bytes } from '../metadata/engine.ts';
import { decodeObject, type ObjectRow, versionIn, versionText } from './object-row.ts';
import type { DeleteMarker } from './object.ts';
import { decodeRow, encodeRow } from './row-format.ts';

/** A row `v bucketId key stamp`: an object that is not current, or a delete marker. */
export type VersionRow =
  | ({ readonly kind: 'object' } & ObjectRow)
  | { readonly kind: 'marker'; readonly marker: DeleteMarker };

const format = 1;
/** Where an object's row has its size. */
const markerSign = 'm';

export function encodeMarker({ modifiedMs, owner, version }: DeleteMarker): Bytes {
  return encodeRow([format, markerSign, modifiedMs, owner, versionText(version, modifiedMs)]);
}

/** Reads a row of `encodeMarker`, or of `encodeObject`; throws `EngineError('corrupt')`. */
export function decodeVersion(key: string, bytes: Bytes): VersionRow {
  const row = decodeRow(bytes, format);
  const [, sign, modifiedMs, owner, version] = row;
  if (sign !== markerSign) return { kind: 'object', ...decodeObject(key, bytes) };
  if (typeof modifiedMs !== 'number' || typeof owner !== 'string') {
    throw new EngineError('corrupt', 'the row of a delete marker lacks a field');
  }
  const text = typeof version === 'string' ? version : undefined;
  return {
    kind: 'marker',
    marker: { key, modifiedMs, owner, version: versionIn(text, modifiedMs) },
  };
}
