import { Buffer } from 'node:buffer';
import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { limits } from '../limits.ts';
import type { Bytes } from './engine.ts';

export type Database = RootDatabase<Bytes, Bytes>;

/** A page of 8 KiB instead of the 4 KiB of the machine: keys may then be 4,026 bytes rather than
 * 1,978, a value of 4 KiB takes one page rather than two, and a commit costs a tenth less. */
const pageBytes = 8192;

/** Opens the environment in the directory, and makes both if need be. */
export function openDatabase(directory: string): Database {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  requireEnvironment(join(directory, 'data.mdb'));
  // The types lack some of the options, so these are not written where they are passed.
  const options = {
    noSubdir: false,
    pageSize: pageBytes,
    // Plain LMDB: a transaction is on the disk before it is visible, and before its promise
    // resolves. Overlapping flushes gained a tenth with two processes and lost as much elsewhere,
    // and its bookkeeping of what is flushed is each process's own: a process that opens while
    // another one writes takes unflushed pages for flushed, and may reuse what a crash still needs.
    overlappingSync: false,
    // Every stored value carries a number of its own, so that a condition is a comparison of
    // numbers which LMDB's writing thread makes without asking this one.
    useVersions: true,
    // With batching by event turn, a failed transaction rejects a promise that nobody holds, and an
    // unhandled rejection ends the process. Instead each commit is a batch, and a transaction
    // begins when the event turn ends, however many they are.
    eventTurnBatching: false,
    txnStartThreshold: Number.MAX_SAFE_INTEGER,
    // Owner only: objects lie here, and the keys of users.
    permissionsMode: 0o600,
    // Pages are cleared before use: what the process held elsewhere must not reach the disk.
    noMemInit: false,
    compression: false,
    keyEncoder: { writeKey, readKey: copyPart },
    encoder: { encode: (value: Bytes) => value, decode: copyValue },
  };
  const database = open<Bytes, Bytes>(directory, options);
  // The types do not have it, and an environment keeps the page size that it was made with.
  const keyBytesMax = Number(Reflect.get(database, 'maxKeySize'));
  if (keyBytesMax <= limits.metadataKeyBytesMax) {
    throw new Error(`its pages are too small: they hold keys of ${keyBytesMax} bytes`);
  }
  return database;
}

/** Where the first page says that it is LMDB's, with 0xbeefc0de: in little-endian, as all machines
 * are that lmdb is built for. */
const magicOffset = 24;
const magic = Buffer.from('dec0efbe', 'hex');

/** Throws when the file is something else: lmdb would not say so, but crash. */
function requireEnvironment(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    const head = Buffer.alloc(magicOffset + magic.length);
    const count = readSync(fd, head, 0, head.length, 0);
    // An empty file is what a first start leaves that ended at once.
    if (count > 0 && !head.subarray(magicOffset).equals(magic)) {
      throw new Error(`${path} is no LMDB environment`);
    }
  } finally {
    closeSync(fd);
  }
}

/** The key as it is: LMDB compares bytes as unsigned numbers, the shorter key first. */
function writeKey(key: Bytes, target: Bytes, start: number): number {
  target.set(key, start);
  return start + key.length;
}

/** What lmdb hands out lies in buffers that its next read overwrites, and whose `length` it has
 * redefined, which makes every method of theirs slow. So it is copied through a view of our own. */
let viewed: ArrayBufferLike | undefined;
let view: Uint8Array = new Uint8Array(0);

function copyPart(source: Bytes, start: number, end: number): Bytes {
  if (source.buffer !== viewed) {
    viewed = source.buffer;
    view = new Uint8Array(viewed);
  }
  const offset = source.byteOffset;
  // From Node's pool: four times as fast as an allocation for each of a page of entries.
  const copy = Buffer.allocUnsafe(end - start);
  copy.set(view.subarray(offset + start, offset + end));
  return copy;
}

function copyValue(value: Bytes): Bytes {
  return copyPart(value, 0, value.length);
}
