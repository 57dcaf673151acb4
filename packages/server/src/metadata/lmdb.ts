import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { getLastVersion } from 'lmdb';
import { EngineError } from '../engine-error.ts';
import { requireCommit, requireKey, requireScan } from './bounds.ts';
import { CommitsUnderWay } from './commits-under-way.ts';
import type { Bytes, Check, Commit, CommitResult, Entry, MetadataEngine, Scan } from './engine.ts';
import { openDatabase, type Database } from './lmdb-database.ts';
import { failureOf } from './lmdb-failure.ts';

/** How often a commit is tried without the write lock before it is judged under it. */
const optimisticTries = 3;
/** How long the answer to a commit may take when one before it failed. */
const answerAfterFailureMs = 30_000;

/** What must still be true when the writes of a commit take effect. */
interface Guards {
  readonly absent: Bytes | undefined;
  readonly versions: readonly { readonly key: Bytes; readonly version: number }[];
}

/**
 * A metadata engine on LMDB in a directory, which any number of processes of one machine may open
 * at the same time. Throws `EngineError` when the directory cannot be used.
 *
 * A commit judges its checks on a fresh snapshot, and hands its writes to LMDB's writing thread on
 * the condition that what was judged is still the same: every value carries a version, a number
 * that is never used twice. All commits that wait when that thread gets the write lock share one
 * transaction and one flush, and the lock never waits for JavaScript. A commit that was overtaken
 * is judged anew. What cannot be said in versions (an empty range, several absent keys) is judged
 * by a callback under the lock.
 */
export function openLmdb(directory: string): MetadataEngine {
  const database = openOrExplain(directory);
  const underWay = new CommitsUnderWay(answerAfterFailureMs);
  const explain = (cause: unknown): Promise<EngineError> => failureOf(cause, directory);
  let closing: Promise<void> | undefined;
  // A random beginning of 48 bits, counted upwards: two processes do not meet, and a key that was
  // read does not get the same number again by another hand.
  let version = randomBytes(6).readUIntBE(0, 6);

  function requireOpen(): void {
    if (closing !== undefined) {
      throw new EngineError('unavailable', 'the metadata engine is closed');
    }
  }

  function write({ puts, deletes }: Commit): void {
    if (deletes !== undefined) for (const key of deletes) void database.remove(key);
    if (puts !== undefined) {
      for (const { key, value } of puts) void database.put(key, value, version++);
    }
  }

  /** Resolves to false when a guard no longer held; then nothing was written. */
  function writeGuarded(commit: Commit, { absent, versions }: Guards): Promise<boolean> {
    const promises: Promise<boolean>[] = [];
    let body = (): void => write(commit);
    for (const guard of versions) {
      const inner = body;
      body = () => void promises.push(database.ifVersion(guard.key, guard.version, inner));
    }
    if (absent !== undefined) {
      // Outermost, because lmdb mistakes the absence of a key for the truth of every condition that
      // encloses it (3.5.6: IF_NO_EXISTS in writer.cpp). Hence, too, there can be only one.
      const inner = body;
      body = () => void promises.push(database.ifNoExists(absent, inner));
    }
    if (absent === undefined && versions.length === 0) promises.push(database.batch(body));
    else body();
    // The innermost condition, which was called last and is the first in the list, holds only if
    // all of them do; but each must be heard, or its rejection would end the process.
    return Promise.all(promises).then((results) => results.every(Boolean));
  }

  async function commitNow(commit: Commit): Promise<CommitResult> {
    const { checks = [], puts = [], deletes = [] } = commit;
    for (let attempt = 0; attempt < optimisticTries; attempt++) {
      database.resetReadTxn();
      const judged = judge(database, checks);
      if (typeof judged === 'number') return { ok: false, failed: judged };
      if (puts.length === 0 && deletes.length === 0) return { ok: true };
      if (judged === undefined) break;
      if (await writeGuarded(commit, judged)) return { ok: true };
    }
    return await database.childTransaction((): CommitResult => {
      const judged = judge(database, checks);
      if (typeof judged === 'number') return { ok: false, failed: judged };
      write(commit);
      return { ok: true };
    });
  }

  return {
    async get(key: Bytes): Promise<Bytes | undefined> {
      requireKey(key);
      requireOpen();
      database.resetReadTxn();
      return database.get(key);
    },

    async scan(scan: Scan): Promise<readonly Entry[]> {
      requireScan(scan);
      requireOpen();
      database.resetReadTxn();
      return entriesOf(database, scan);
    },

    async commit(commit: Commit): Promise<CommitResult> {
      requireCommit(commit);
      requireOpen();
      return await underWay.run(() => commitNow(commit), explain);
    },

    close(): Promise<void> {
      closing ??= (async () => {
        await underWay.settled();
        // A broken environment would wait for the write that never ends.
        if (!underWay.isBroken) await database.close();
      })();
      return closing;
    },
  };
}

function openOrExplain(directory: string): Database {
  try {
    return openDatabase(directory);
  } catch (cause) {
    throw new EngineError('unavailable', `the metadata in ${directory} cannot be opened`, {
      cause,
    });
  }
}

/** The index of the first check that does not hold, or what the others were judged on; undefined
 * when that cannot be said in versions. Reads the write transaction when there is one. */
function judge(database: Database, checks: readonly Check[]): number | Guards | undefined {
  const versions: { key: Bytes; version: number }[] = [];
  let absent: Bytes | undefined;
  let sayable = true;
  for (const [index, check] of checks.entries()) {
    if ('empty' in check) {
      if (entriesOf(database, { ...check.empty, limit: 1 }).length > 0) return index;
      sayable = false;
      continue;
    }
    const value = database.get(check.key);
    if (check.value === undefined) {
      if (value !== undefined) return index;
      if (absent !== undefined) sayable = false;
      absent = check.key;
    } else {
      if (value === undefined || Buffer.compare(value, check.value) !== 0) return index;
      versions.push({ key: check.key, version: getLastVersion() });
    }
  }
  return sayable ? { absent, versions } : undefined;
}

function entriesOf(database: Database, { from, until, limit }: Scan): Entry[] {
  const entries: Entry[] = [];
  // An empty bound would mean no bound to lmdb.
  if (Buffer.compare(from, until) >= 0) return entries;
  for (const entry of database.getRange({ start: from, end: until, limit })) entries.push(entry);
  return entries;
}
