import { statfs } from 'node:fs/promises';
import { EngineError } from '../engine-error.ts';

/** Codes with which LMDB and Linux say that there is no room: ENOSPC, EDQUOT, EFBIG and
 * MDB_MAP_FULL. */
const fullCodes: ReadonlySet<unknown> = new Set([28, 122, 27, -30_792]);
const ioErrorCode = 5;

/** A file system with less room than this is full: a transaction did not fit. */
const roomBytesMin = 16 * 1024 * 1024;

/** What lmdb rejected a commit with, in the words of the port. Nothing of the transaction happened. */
export async function failureOf(cause: unknown, directory: string): Promise<EngineError> {
  const code = await codeOf(cause);
  // A write that the disk took only in part is reported as an input/output error, so a full disk
  // has to be told from a broken one by looking.
  if (fullCodes.has(code) || (code === ioErrorCode && (await lacksRoom(directory)))) {
    return new EngineError('full', 'no room left for metadata', { cause });
  }
  return new EngineError('unavailable', 'the metadata could not be written', { cause });
}

/** The rejection names only a promise, which is rejected with the error of LMDB itself. */
async function codeOf(cause: unknown): Promise<unknown> {
  if (!(cause instanceof Error)) return undefined;
  if ('commitError' in cause) {
    try {
      await cause.commitError;
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : undefined;
    }
  }
  return 'code' in cause ? cause.code : undefined;
}

async function lacksRoom(directory: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize < roomBytesMin;
  } catch {
    return false;
  }
}
