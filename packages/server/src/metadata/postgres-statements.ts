import { Buffer } from 'node:buffer';
import type { Bytes, Commit } from './engine.ts';

/** Every statement that is ever sent. Keys are compared as bytes: `bytea` has no collation. */
export const statements = {
  migrate: `CREATE TABLE IF NOT EXISTS causeway_rows (key bytea PRIMARY KEY, value bytea NOT NULL)`,

  get: `SELECT value FROM causeway_rows WHERE key = $1`,

  scan: `SELECT key, value FROM causeway_rows WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3`,

  /**
   * Answers the index of the first check that does not hold, or null when all was written. Parts of
   * one statement see the same state, so the deletes must leave out what is put.
   */
  commit: `
WITH failed AS (
  SELECT min(n) AS first FROM (
    SELECT wanted.n
    FROM unnest($1::int[], $2::bytea[], $3::bytea[]) AS wanted (n, key, value)
    WHERE (SELECT found.value FROM causeway_rows AS found WHERE found.key = wanted.key)
          IS DISTINCT FROM wanted.value
    UNION ALL
    SELECT wanted.n
    FROM unnest($4::int[], $5::bytea[], $6::bytea[]) AS wanted (n, low, high)
    WHERE EXISTS (
      SELECT 1 FROM causeway_rows AS found WHERE found.key >= wanted.low AND found.key < wanted.high
    )
  ) AS those
), deleted AS (
  DELETE FROM causeway_rows
  WHERE key = ANY ($7::bytea[]) AND (SELECT first FROM failed) IS NULL
), written AS (
  INSERT INTO causeway_rows (key, value)
  SELECT put.key, put.value FROM unnest($8::bytea[], $9::bytea[]) AS put (key, value)
  WHERE (SELECT first FROM failed) IS NULL
  ON CONFLICT (key) DO UPDATE SET value = excluded.value
)
SELECT first FROM failed`,
} as const;

/** The parameters of `statements.commit`: the checks by their kind, each with its index; of two puts
 * of one key the last; of the deletes what is not put again. */
export function commitParameters({ checks = [], puts = [], deletes = [] }: Commit): unknown[] {
  const keys: { n: number; key: Bytes; value: Bytes | null }[] = [];
  const ranges: { n: number; from: Bytes; until: Bytes }[] = [];
  for (const [n, check] of checks.entries()) {
    if ('empty' in check) ranges.push({ n, ...check.empty });
    else keys.push({ n, key: check.key, value: check.value ?? null });
  }
  const last = new Map(puts.map((put) => [hex(put.key), put]));
  const gone = new Map(deletes.map((key) => [hex(key), key]));
  for (const key of last.keys()) gone.delete(key);
  const written = [...last.values()];
  return [
    keys.map(({ n }) => n),
    keys.map(({ key }) => buffer(key)),
    keys.map(({ value }) => value && buffer(value)),
    ranges.map(({ n }) => n),
    ranges.map(({ from }) => buffer(from)),
    ranges.map(({ until }) => buffer(until)),
    [...gone.values()].map(buffer),
    written.map(({ key }) => buffer(key)),
    written.map(({ value }) => buffer(value)),
  ];
}

const hex = (bytes: Bytes): string => buffer(bytes).toString('latin1');

/** The driver writes lists of buffers, and of nothing else that holds bytes. */
const buffer = (bytes: Bytes): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
