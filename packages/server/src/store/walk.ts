import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import type { Bytes, Entry, MetadataEngine } from '../metadata/engine.ts';
import { afterPrefix } from './keyspace.ts';

/** A table whose rows are ordered by object key. */
export interface KeyTable {
  /** The row keys of the bucket begin so. */
  readonly prefix: Bytes;
  /** The bytes of an object key, or of the beginning of one, as they stand in row keys. */
  toRow(key: Buffer): Buffer;
  /** The bytes of the object key in a row key. */
  toKey(row: Buffer): Buffer;
}

export interface Walk {
  readonly prefix: string;
  readonly delimiter: string;
  /** The least row key to look at; anything below `prefix` is skipped anyway. */
  readonly from: Bytes;
  /** At most so many keys and common prefixes together. */
  readonly limit: number;
}

/** What a walk met, in order: a row, or a common prefix, which stands for many. */
export type Step =
  | { readonly kind: 'row'; readonly key: string; readonly entry: Entry }
  | { readonly kind: 'prefix'; readonly prefix: string };

export interface Walked {
  readonly steps: readonly Step[];
  /** Something follows the last step. */
  readonly truncated: boolean;
}

/** After a jump over a common prefix so few rows are read at once: one would do if every key had
 * its own common prefix; the second shows that the walk got out of them. */
const batchMin = 2;
const batchFirst = 32;

/**
 * Reads a table in key order and folds keys that have the delimiter behind the prefix into common
 * prefixes. It seeks past a common prefix instead of reading it, so the work is proportional to
 * what is returned and not to what the bucket holds.
 */
export async function walk(
  metadata: MetadataEngine,
  table: KeyTable,
  { prefix, delimiter, from: start, limit }: Walk,
): Promise<Walked> {
  const steps: Step[] = [];
  if (limit === 0) return { steps, truncated: false };

  const prefixBytes = Buffer.from(prefix, 'utf8');
  const delimiterBytes = Buffer.from(delimiter, 'utf8');
  const rows = rowOf(table, prefixBytes);
  if (rows.length > limits.metadataKeyBytesMax) return { steps, truncated: false };
  const until = afterPrefix(rows);
  let from = Buffer.compare(start, rows) > 0 ? start : rows;
  let batch = delimiter === '' ? limit + 1 : Math.min(batchFirst, limit + 1);

  while (Buffer.compare(from, until) < 0) {
    const entries = await metadata.scan({ from, until, limit: batch });
    const before = steps.length;
    let folded: Buffer | undefined;
    for (const entry of entries) {
      const key = table.toKey(asBuffer(entry.key));
      if (folded && startsWith(key, folded)) continue;
      if (steps.length === limit) return { steps, truncated: true };
      const hit = delimiter === '' ? -1 : key.indexOf(delimiterBytes, prefixBytes.length);
      if (hit < 0) {
        folded = undefined;
        steps.push({ kind: 'row', key: key.toString('utf8'), entry });
      } else {
        folded = key.subarray(0, hit + delimiterBytes.length);
        steps.push({ kind: 'prefix', prefix: folded.toString('utf8') });
      }
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < batch) break;
    from = folded ? afterPrefix(rowOf(table, folded)) : afterKey(last.key);
    const made = steps.length - before;
    batch = Math.min(
      made === entries.length ? batch * 4 : Math.max(batchMin, made * 2),
      limit + 1 - steps.length,
    );
  }
  return { steps, truncated: false };
}

/**
 * Where a walk goes on after a key or common prefix that was the last of a page. What lies inside
 * of a common prefix is skipped with it.
 * @param afterRow where it goes on after a key, given the beginning of its row.
 */
export function startAfter(
  table: KeyTable,
  query: { readonly prefix: string; readonly delimiter: string; readonly after: string },
  afterRow: (row: Bytes) => Bytes,
): Bytes {
  const { prefix, delimiter, after } = query;
  if (after === '') return table.prefix;
  if (delimiter !== '' && after.startsWith(prefix)) {
    const hit = after.indexOf(delimiter, prefix.length);
    if (hit >= 0) {
      const folded = rowOf(table, Buffer.from(after.slice(0, hit + delimiter.length), 'utf8'));
      if (folded.length <= limits.metadataKeyBytesMax) return afterPrefix(folded);
    }
  }
  return afterRow(rowOf(table, Buffer.from(after, 'utf8')));
}

const rowOf = (table: KeyTable, key: Buffer): Buffer =>
  Buffer.concat([table.prefix, table.toRow(key)]);

/**
 * The least row key that is greater. What a client names may be longer than any key; no key lies
 * between it and its beginning, which therefore serves as well.
 */
export function afterKey(key: Bytes): Bytes {
  const length = Math.min(key.length, limits.metadataKeyBytesMax);
  const next = Buffer.alloc(length + 1);
  next.set(key.subarray(0, length));
  return next;
}

const startsWith = (key: Buffer, prefix: Buffer): boolean =>
  key.length >= prefix.length && key.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;

const asBuffer = (bytes: Bytes): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
