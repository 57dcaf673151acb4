import type { LoadResult, RunLimit } from './client.ts';
import type { Loader } from './loader.ts';
import type { LoadPlan } from './plan.ts';
import { cpuMsOf, hasProc, treeOf } from './processes.ts';

/** One timed run of one contender. */
export interface Round extends LoadResult {
  /** User and system time of the measured processes; NaN where the machine does not tell. */
  readonly serverCpuMs: number;
}

/** Whoever takes part in a case: a server, or a floor. Their rounds take turns. */
export interface Contender {
  measure(limit: RunLimit): Promise<Round>;
  close(): Promise<void>;
}

/** A server under load. `root` is its first process; all that descend from it are counted. */
export async function serverContender(
  loader: Loader,
  plan: LoadPlan,
  root: number,
): Promise<Contender> {
  const load = await loader.prepare(plan);
  return {
    measure: async (limit) => {
      await load.connect();
      const pids = treeOf(root);
      const before = cpuMsOf(pids);
      const result = await load.run(limit);
      return { ...result, serverCpuMs: hasProc ? cpuMsOf(pids) - before : Number.NaN };
    },
    close: () => load.close(),
  };
}
