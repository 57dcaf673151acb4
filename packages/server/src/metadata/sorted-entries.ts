import { Buffer } from 'node:buffer';
import type { Bytes, Entry } from './engine.ts';

/** How many entries a chunk holds before it is split in two. Small enough that moving half of it
 * costs less than finding the place, large enough that a million keys are some thousand chunks. */
const chunkEntriesMax = 512;

/**
 * Entries in ascending key order, in chunks: a binary search finds the chunk, a second one the
 * place in it, and only that chunk moves when an entry comes or goes. A B-tree of two levels, in
 * as many lines as the import of a library would need to be adapted to byte keys.
 */
export class SortedEntries {
  /** None of them is empty, except a single one when there are no entries at all. */
  readonly #chunks: Entry[][] = [[]];

  get(key: Bytes): Bytes | undefined {
    const chunk = this.#chunkAt(this.#chunkIndex(key));
    const entry = chunk[place(chunk, key)];
    return entry !== undefined && Buffer.compare(entry.key, key) === 0 ? entry.value : undefined;
  }

  set(entry: Entry): void {
    const index = this.#chunkIndex(entry.key);
    const chunk = this.#chunkAt(index);
    const at = place(chunk, entry.key);
    const present = chunk[at];
    const replaces = present !== undefined && Buffer.compare(present.key, entry.key) === 0;
    chunk.splice(at, replaces ? 1 : 0, entry);
    if (chunk.length > chunkEntriesMax) {
      this.#chunks.splice(index + 1, 0, chunk.splice(chunkEntriesMax / 2));
    }
  }

  delete(key: Bytes): void {
    const index = this.#chunkIndex(key);
    const chunk = this.#chunkAt(index);
    const at = place(chunk, key);
    const present = chunk[at];
    if (present === undefined || Buffer.compare(present.key, key) !== 0) return;
    chunk.splice(at, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(index, 1);
  }

  /** The entries whose key is `from` or follows it, in order. */
  *startingAt(from: Bytes): Generator<Entry> {
    const first = this.#chunkIndex(from);
    for (let index = first; index < this.#chunks.length; index++) {
      const chunk = this.#chunkAt(index);
      for (let at = index === first ? place(chunk, from) : 0; at < chunk.length; at++) {
        const entry = chunk[at];
        if (entry !== undefined) yield entry;
      }
    }
  }

  /** The last chunk that begins at or before the key, or the first one. */
  #chunkIndex(key: Bytes): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#chunkAt(middle)[0];
      if (first === undefined || Buffer.compare(first.key, key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #chunkAt(index: number): Entry[] {
    const chunk = this.#chunks[index];
    if (chunk === undefined) throw new Error('no chunk there: the index was computed wrongly');
    return chunk;
  }
}

/** Where in the chunk the key is, or would be. */
function place(chunk: readonly Entry[], key: Bytes): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = chunk[middle];
    if (entry !== undefined && Buffer.compare(entry.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
