import type { DataEngine } from '../data/engine.ts';
import { limits } from '../limits.ts';
import type { Bytes, Entry, MetadataEngine } from '../metadata/engine.ts';
import { decodeGarbage, garbageEntry, garbagePrefix, garbageUntil } from '../store/garbage.ts';
import { createPeriodic, type Periodic } from './periodic.ts';
import { removeGarbage } from './remove-garbage.ts';

/** Removes what commits have unlinked. Any number of processes may do so over the same engines. */
export interface Reaper extends Periodic {
  /** Removes what is due, up to `limits.garbageBatchMax` rows. Resolves to the number of rows that
   * were looked at. */
  round(): Promise<number>;
}

export function createReaper(over: {
  readonly metadata: MetadataEngine;
  readonly data: DataEngine;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Something could not be removed; it is tried again later. */
  readonly onFailure: (error: unknown) => void;
}): Reaper {
  const { metadata, now, onFailure } = over;

  /** Resolves to the row's key when nothing of what it names is left. */
  async function reap(entry: Entry): Promise<Bytes | undefined> {
    try {
      return (await removeGarbage(over, decodeGarbage(entry))) ? entry.key : undefined;
    } catch (error) {
      onFailure(error);
      await postpone(entry);
      return undefined;
    }
  }

  /** To the end of the queue, so that what cannot be removed does not stand before what can. */
  async function postpone(entry: Entry): Promise<void> {
    try {
      const later = garbageEntry(decodeGarbage(entry), now());
      await metadata.commit({ puts: [later], deletes: [entry.key] });
    } catch (error) {
      onFailure(error);
    }
  }

  async function round(): Promise<number> {
    const due = { from: garbagePrefix, until: garbageUntil(now()) };
    const entries = await metadata.scan({ ...due, limit: limits.garbageBatchMax });
    if (entries.length === 0) return 0;
    const queue = entries.values();
    const deletes: Bytes[] = [];
    const work = async (): Promise<void> => {
      for (const entry of queue) {
        const done = await reap(entry);
        if (done !== undefined) deletes.push(done);
      }
    };
    await Promise.all(Array.from({ length: limits.garbageAtOnceMax }, work));
    // One commit for all: what a crash leaves in the queue is removed again, which does no harm.
    if (deletes.length > 0) await metadata.commit({ deletes });
    return entries.length;
  }

  return {
    round,
    ...createPeriodic({
      work: async (isStopped) => {
        for (;;) {
          const reaped = await round();
          if (isStopped() || reaped < limits.garbageBatchMax) break;
        }
      },
      intervalMs: limits.garbageIntervalMs,
      onFailure,
    }),
  };
}
