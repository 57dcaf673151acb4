import { Pool } from 'pg';
import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import { requireCommit, requireKey, requireScan } from './bounds.ts';
import type { Commit, CommitResult, Entry, MetadataEngine } from './engine.ts';
import { commitParameters, statements } from './postgres-statements.ts';
import { failureOf, isConflict, isDoneAlready } from './postgres-failure.ts';

type Row = readonly unknown[];

/**
 * A metadata engine over PostgreSQL 15 or what speaks its wire, for several machines at once: a table
 * of keys and values, and one statement, one round trip, for each commit. Commits are serializable
 * transactions; one that conflicts with another is tried again. Reads are single statements that see
 * every commit that was answered.
 *
 * Nothing of it needs a session: no advisory locks, no LISTEN, no temporary state, so that a pooler
 * may stand between.
 *
 * @param url `postgres://user:password@host:port/database?sslmode=…`
 *
 * Throws EngineError('unavailable') when the database cannot be reached or its table not be made.
 */
export async function openPostgres(url: string): Promise<MetadataEngine> {
  const common = {
    connectionString: url,
    max: limits.postgresConnectionsMax,
    connectionTimeoutMillis: limits.postgresConnectMs,
    statement_timeout: limits.postgresStatementMs,
    // A connection that went away without a word is found out at the latest by then.
    query_timeout: limits.postgresStatementMs + limits.postgresConnectMs,
    keepAlive: true,
    application_name: 'causeway',
  };
  const reads = new Pool(common);
  // A plan that reads the whole table would conflict with every other commit.
  const options = '-c default_transaction_isolation=serializable -c enable_seqscan=off';
  const writes = new Pool({ ...common, options });
  // An idle connection that breaks is replaced by the next query; without a listener it would end us.
  for (const pool of [reads, writes]) pool.on('error', () => undefined);
  let closed = false;
  const underWay = new Set<Promise<unknown>>();
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    // A pool that ends forgets who waits for a connection.
    await Promise.allSettled(underWay);
    await Promise.all([reads.end(), writes.end()]);
  };

  function requireOpen(): void {
    if (closed) throw new EngineError('unavailable', 'the metadata engine is closed');
  }

  async function read(name: 'get' | 'scan', values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return await ask(reads, name, values);
    } catch (error) {
      throw failureOf(error);
    }
  }

  async function commit(values: readonly unknown[]): Promise<CommitResult> {
    const committing = commitUntilDecided(values);
    underWay.add(committing);
    try {
      return await committing;
    } finally {
      underWay.delete(committing);
    }
  }

  async function commitUntilDecided(values: readonly unknown[]): Promise<CommitResult> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const [row] = await ask(writes, 'commit', values);
        const failed = row?.[0];
        return typeof failed === 'number' ? { ok: false, failed } : { ok: true };
      } catch (error) {
        // Nothing of it happened: whoever it met has won.
        if (isConflict(error) && attempt < limits.postgresAttemptsMax) {
          await pause(attempt);
          continue;
        }
        throw failureOf(error);
      }
    }
  }

  try {
    await migrate(reads);
  } catch (error) {
    await close();
    throw failureOf(error);
  }
  return {
    async get(key) {
      requireKey(key);
      requireOpen();
      const [row] = await read('get', [key]);
      return row === undefined ? undefined : bytesOf(row[0]);
    },
    async scan(scan) {
      requireScan(scan);
      requireOpen();
      const rows = await read('scan', [scan.from, scan.until, scan.limit]);
      return rows.map(([key, value]): Entry => ({ key: bytesOf(key), value: bytesOf(value) }));
    },
    async commit(asked: Commit) {
      requireCommit(asked);
      requireOpen();
      return commit(commitParameters(asked));
    },
    close,
  };
}

/** Of several servers that start at once, those that come too late are told that it is there. */
async function migrate(pool: Pool): Promise<void> {
  await pool.query(statements.migrate).catch((error: unknown) => {
    if (!isDoneAlready(error)) throw error;
  });
}

/** Longer with each attempt, and never the same for two. */
const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => {
    const most = Math.min(2 ** attempt, limits.postgresPauseMsMax);
    setTimeout(resolve, (performance.now() % 1) * most);
  });

/** The driver makes them of hexadecimal digits, so that they are the caller's alone. */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new EngineError('corrupt', 'the database answered something else than bytes');
}

async function ask(
  pool: Pool,
  name: keyof typeof statements,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const text = statements[name];
  const { rows } = await pool.query<unknown[]>({
    name,
    text,
    values: [...values],
    rowMode: 'array',
  });
  return rows;
}
