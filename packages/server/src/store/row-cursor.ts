import { Buffer } from 'node:buffer';
import type { Bytes, Entry, MetadataEngine } from '../metadata/engine.ts';
import { limits } from '../limits.ts';
import { afterPrefix } from './keyspace.ts';
import { afterKey, type KeyTable } from './walk.ts';

/** A row with the bytes of its object key. */
export interface KeyedRow {
  readonly key: Buffer;
  readonly entry: Entry;
}

/** Reads a table in key order, some rows at a time, and can leave out what begins alike. */
export class RowCursor {
  readonly #metadata: MetadataEngine;
  readonly #table: KeyTable;
  readonly #until: Bytes;
  readonly #batchMax: number;
  #batch: number;
  #from: Bytes;
  #rows: readonly KeyedRow[] = [];
  #at = 0;
  #ended: boolean;

  /**
   * @param where `prefix`: of the object keys; `from`: the least row key to look at; `limit`: no more
   * rows than this will be asked for, unless some are skipped
   */
  constructor(
    metadata: MetadataEngine,
    table: KeyTable,
    where: { readonly prefix: string; readonly from: Bytes; readonly limit: number },
  ) {
    this.#metadata = metadata;
    this.#table = table;
    const rows = Buffer.concat([table.prefix, table.toRow(Buffer.from(where.prefix, 'utf8'))]);
    this.#ended = rows.length > limits.metadataKeyBytesMax;
    this.#until = afterPrefix(rows);
    this.#from = Buffer.compare(where.from, rows) > 0 ? where.from : rows;
    this.#batchMax = where.limit;
    this.#batch = Math.min(batchFirst, where.limit);
  }

  /** The row that is next; undefined at the end. */
  async peek(): Promise<KeyedRow | undefined> {
    if (this.#at === this.#rows.length && !this.#ended) await this.#read();
    return this.#rows[this.#at];
  }

  /** Goes on behind the row that `peek` gave. */
  next(): void {
    this.#at += 1;
  }

  /** Goes on behind every key that begins so. */
  skip(prefix: Buffer): void {
    while (this.#at < this.#rows.length && startsWith(this.#rows[this.#at], prefix)) this.#at += 1;
    if (this.#at < this.#rows.length) return;
    const next = afterPrefix(Buffer.concat([this.#table.prefix, this.#table.toRow(prefix)]));
    if (Buffer.compare(next, this.#from) > 0) this.#from = next;
    // Where prefixes follow each other, what is read ahead is thrown away.
    this.#batch = batchAfterSkip;
  }

  async #read(): Promise<void> {
    const batch = this.#batch;
    const entries =
      Buffer.compare(this.#from, this.#until) < 0
        ? await this.#metadata.scan({ from: this.#from, until: this.#until, limit: batch })
        : [];
    this.#rows = entries.map((entry) => ({
      key: this.#table.toKey(Buffer.from(entry.key)),
      entry,
    }));
    this.#at = 0;
    this.#ended = entries.length < batch;
    const last = entries.at(-1);
    if (last !== undefined) this.#from = afterKey(last.key);
    this.#batch = Math.min(batch * 4, this.#batchMax);
  }
}

const batchFirst = 64;
const batchAfterSkip = 4;

const startsWith = (row: KeyedRow | undefined, prefix: Buffer): boolean =>
  row !== undefined && row.key.subarray(0, prefix.length).equals(prefix);
