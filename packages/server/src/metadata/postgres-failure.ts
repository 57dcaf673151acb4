import { EngineError } from '../engine-error.ts';

/** Serialization failure and deadlock (https://www.postgresql.org/docs/current/errcodes-appendix.html):
 * the transaction did nothing and may be tried again. */
const conflicts: ReadonlySet<unknown> = new Set(['40001', '40P01']);
/** Disk full, and the limit of a file system's quota. */
const full: ReadonlySet<unknown> = new Set(['53100', '58030']);

/** Two made one thing at once: a table, or its type in the catalogue. */
const doneAlready: ReadonlySet<unknown> = new Set(['42P07', '23505']);

export const isDoneAlready = (error: unknown): boolean => doneAlready.has(codeOf(error));

export const isConflict = (error: unknown): boolean => conflicts.has(codeOf(error));

/** What the database, the driver or the network threw, in the words of the port. */
export function failureOf(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const code = codeOf(error);
  if (full.has(code)) {
    return new EngineError('full', 'the database has no room left', { cause: error });
  }
  return new EngineError('unavailable', 'the database did not answer', { cause: error });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}
