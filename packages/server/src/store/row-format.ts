import { Buffer } from 'node:buffer';
import { EngineError } from '../engine-error.ts';
import type { Bytes } from '../metadata/engine.ts';

/**
 * Rows are JSON arrays: positions instead of names keep them short, the first position is the
 * format's number. Parsing them is the boundary at which stored bytes become typed values.
 */
export type Row = readonly unknown[];

export const encodeRow = (row: Row): Bytes => Buffer.from(JSON.stringify(row), 'utf8');

/** Throws `EngineError('corrupt')` unless the bytes are a row of this format. */
export function decodeRow(bytes: Bytes, format: number): Row {
  let row: unknown;
  try {
    row = JSON.parse(text(bytes));
  } catch (cause) {
    throw new EngineError('corrupt', 'a row of the store is not JSON', { cause });
  }
  if (!Array.isArray(row) || row[0] !== format) {
    throw new EngineError('corrupt', `a row of the store is not in format ${format}`);
  }
  return row;
}

const text = (bytes: Bytes): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
