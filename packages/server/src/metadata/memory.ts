import { Buffer } from 'node:buffer';
import { EngineError } from '../engine-error.ts';
import { requireCommit, requireKey, requireScan } from './bounds.ts';
import type { Bytes, Check, Commit, CommitResult, Entry, MetadataEngine, Scan } from './engine.ts';
import { SortedEntries } from './sorted-entries.ts';

/**
 * A metadata engine that lives and dies with the process: for tests, and for whoever embeds a
 * server that must leave nothing behind. A commit runs to its end without yielding, which is all
 * that atomicity takes on one thread.
 */
export function openMemoryMetadata(): MetadataEngine {
  const entries = new SortedEntries();
  let closed = false;

  function requireOpen(): void {
    if (closed) throw new EngineError('unavailable', 'the metadata engine is closed');
  }

  function scanNow({ from, until, limit }: Scan): Entry[] {
    const found: Entry[] = [];
    for (const entry of entries.startingAt(from)) {
      if (found.length === limit || Buffer.compare(entry.key, until) >= 0) break;
      found.push({ key: copyOf(entry.key), value: copyOf(entry.value) });
    }
    return found;
  }

  function holds(check: Check): boolean {
    if ('empty' in check) return scanNow({ ...check.empty, limit: 1 }).length === 0;
    const present = entries.get(check.key);
    if (check.value === undefined || present === undefined) return check.value === present;
    return Buffer.compare(present, check.value) === 0;
  }

  return {
    async get(key: Bytes): Promise<Bytes | undefined> {
      requireKey(key);
      requireOpen();
      const value = entries.get(key);
      return value === undefined ? undefined : copyOf(value);
    },

    async scan(scan: Scan): Promise<readonly Entry[]> {
      requireScan(scan);
      requireOpen();
      return scanNow(scan);
    },

    async commit(commit: Commit): Promise<CommitResult> {
      requireCommit(commit);
      requireOpen();
      const failed = (commit.checks ?? []).findIndex((check) => !holds(check));
      if (failed !== -1) return { ok: false, failed };
      for (const key of commit.deletes ?? []) entries.delete(key);
      for (const { key, value } of commit.puts ?? []) {
        entries.set({ key: copyOf(key), value: copyOf(value) });
      }
      return { ok: true };
    },

    async close(): Promise<void> {
      closed = true;
    },
  };
}

/** Not a `Buffer` of the shared pool: a small value would keep the whole pool alive. */
function copyOf(bytes: Bytes): Bytes {
  return Uint8Array.prototype.slice.call(bytes);
}
