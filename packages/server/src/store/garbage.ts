import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';
import type { Bytes, Entry } from '../metadata/engine.ts';
import { limits } from '../limits.ts';

/**
 * What the reaper is to remove, written in the same commit that unlinks it, so that no crash can
 * forget it:
 * - `blob`: its id is the name
 * - `parts`: the row of parts by this parts id, and every content that it names
 * - `uploads`: what is left of the uploads of a removed bucket, by the bucket's id
 * - `doubt`: a blob whose commit failed in a way that leaves open whether it happened; `holder` is
 *   the key of the row that names the blob if it did
 */
export type Garbage =
  | { readonly kind: 'blob' | 'parts' | 'uploads'; readonly name: string }
  | { readonly kind: 'doubt'; readonly name: string; readonly holder: Bytes };

const letters = { blob: 'b', parts: 'p', uploads: 'u', doubt: 'd' } as const;
const kinds = new Map<string, Garbage['kind']>([
  ['b', 'blob'],
  ['p', 'parts'],
  ['u', 'uploads'],
  ['d', 'doubt'],
]);

const graceMs: Readonly<Record<Garbage['kind'], number>> = {
  blob: limits.garbageBlobGraceMs,
  parts: limits.garbageGraceMs,
  uploads: limits.garbageGraceMs,
  doubt: limits.garbageDoubtMs,
};

const nameAt = 8;
const nothing = Buffer.of(1);

/** The row that queues `garbage` for removal, some time after `nowMs`. */
export function garbageEntry(garbage: Garbage, nowMs: number): Entry {
  const key = Buffer.alloc(nameAt + Buffer.byteLength(garbage.name, 'latin1'));
  key.write('g', 0, 'latin1');
  key.writeUIntBE(nowMs + graceMs[garbage.kind], 1, 6);
  key.write(letters[garbage.kind], 7, 'latin1');
  key.write(garbage.name, nameAt, 'latin1');
  return { key, value: garbage.kind === 'doubt' ? garbage.holder : nothing };
}

export const garbagePrefix = Buffer.from('g', 'latin1');

/** Every row of garbage that is due at `nowMs` lies before this key. */
export function garbageUntil(nowMs: number): Bytes {
  const key = Buffer.alloc(7);
  key.write('g', 0, 'latin1');
  key.writeUIntBE(nowMs + 1, 1, 6);
  return key;
}

/** Reads a row of `garbageEntry`. */
export function decodeGarbage(entry: Entry): Garbage {
  const key = Buffer.from(entry.key);
  const kind = kinds.get(key.toString('latin1', 7, nameAt));
  assert(kind !== undefined, 'garbage of a kind that this version knows');
  const name = key.toString('latin1', nameAt);
  return kind === 'doubt' ? { kind, name, holder: entry.value } : { kind, name };
}
