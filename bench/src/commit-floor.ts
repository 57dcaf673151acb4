import { openLmdb } from '@causeway/server/bench';
import { Histogram } from './histogram.ts';
import type { LoadResult, RunLimit } from './client.ts';

/**
 * The floor under small PUTs: the metadata engine alone, committing values of the same size
 * durably from one of several processes that share its directory. Arguments: the directory, the
 * bytes of a value, this process's number.
 */
const keys = 2048;

export interface CommitRun {
  readonly writers: number;
  readonly limit: RunLimit;
}

export type CommitReply = { readonly result: LoadResult } | { readonly error: string };

const [, , directory = '', bytes = '4096', number = '0'] = process.argv;
const value = Buffer.alloc(Number(bytes), 'v');
const engine = openLmdb(directory);
process.on('message', (message) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `floors.ts` sends
  void measure(message as CommitRun).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => void engine.close().finally(() => process.exit()));
process.send?.('ready');

async function measure({ writers, limit }: CommitRun): Promise<CommitReply> {
  const latencies = new Histogram();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const deadline = startedAt + limit.durationMs;
  let issued = 0;
  const write = async (): Promise<void> => {
    while (performance.now() < deadline && issued < limit.operationsMax) {
      const key = Buffer.from(`floor-${number}-${issued % keys}`);
      issued += 1;
      const sentAt = performance.now();
      const { ok } = await engine.commit({ puts: [{ key, value }] });
      if (!ok) throw new Error('a commit without checks was refused');
      latencies.record(performance.now() - sentAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: writers }, write));
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
  const used = process.cpuUsage(cpu);
  const result = {
    operations: issued,
    bytes: issued * value.length,
    elapsedMs: performance.now() - startedAt,
    latencies: latencies.toCounts(),
    failures: 0,
    firstFailure: '',
    clientCpuMs: (used.user + used.system) / 1000,
  };
  return { result };
}
