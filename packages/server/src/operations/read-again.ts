import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';

/**
 * Runs a read anew when the bytes it was about to return are gone: the object was overwritten
 * between its row and them, and a fresh look finds what is current. `read` must not have answered
 * anything yet.
 *
 * @throws what `read` throws; `EngineError('missing')` when the bytes stay gone
 */
export async function readAgain<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const gone = error instanceof EngineError && error.kind === 'missing';
      if (!gone || attempt >= limits.readAttemptsMax) throw error;
    }
  }
}
