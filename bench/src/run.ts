import { makeBuckets, makeDataset, type Dataset } from './dataset.ts';
import { barConcurrency, type Case, type Floor } from './cases.ts';
import { serverContender, type Contender } from './contender.ts';
import { commitFloor, httpFloorPlan, md5Floor, type HttpFloor } from './floors.ts';
import type { Loader } from './loader.ts';
import { takeTurns, type Entrant, type Summary } from './measure.ts';
import type { Options } from './options.ts';
import type { S3Target } from './s3-target.ts';

/** One case at one concurrency. */
export interface Result {
  readonly id: string;
  readonly title: string;
  readonly concurrency: number;
  readonly oneStream: boolean;
  readonly floorKind: Case['floor']['kind'];
  /** By name: `causeway`, `s3rver`, `floor`. Who could not take part is not there. */
  readonly contenders: Readonly<Record<string, Summary>>;
}

export interface Bench {
  readonly options: Options;
  readonly loader: Loader;
  readonly targets: readonly S3Target[];
  readonly httpFloor: HttpFloor;
  /** Why there is no commit floor, when there is none. */
  readonly noCommitFloor: string | undefined;
  readonly progress: (line: string) => void;
}

/** Makes what the chosen cases need, in every server. */
export async function prepare(bench: Bench): Promise<void> {
  const needed = new Set<Dataset>(bench.options.cases.flatMap(({ needs }) => needs));
  for (const target of bench.targets) {
    await makeBuckets(target);
    for (const dataset of needed) {
      bench.progress(`${target.name}: making the data of "${dataset}"`);
      await makeDataset(dataset, target, {
        loader: bench.loader,
        keys: bench.options.listedKeys,
      });
    }
  }
}

/** Runs every chosen case at every concurrency that applies to it. */
export async function runCases(bench: Bench): Promise<readonly Result[]> {
  const results = [];
  for (const one of bench.options.cases) {
    const answerBytes = await answerBytesOf(bench, one);
    for (const [index, concurrency] of concurrenciesOf(bench.options, one).entries()) {
      bench.progress(`${one.title}, concurrency ${concurrency}`);
      // The first time, what is measured is not compiled yet: it costs up to five times as much.
      const { warmUpMs, firstWarmUpMs } = bench.options;
      const at = { concurrency, answerBytes, warmUpMs: index === 0 ? firstWarmUpMs : warmUpMs };
      results.push(await runCase(bench, one, at));
    }
  }
  return results;
}

function concurrenciesOf(options: Options, one: Case): readonly number[] {
  if (one.oneStream) return [1];
  return one.variation === true ? [barConcurrency] : options.concurrencies;
}

async function runCase(
  bench: Bench,
  one: Case,
  at: { readonly concurrency: number; readonly answerBytes: number; readonly warmUpMs: number },
): Promise<Result> {
  const { options, loader } = bench;
  const servers = bench.targets.map((target): Entrant => ({
    name: target.name,
    enter: (connections) =>
      serverContender(loader, one.plan(target, connections, options.listedKeys), target.pid),
  }));
  const floor = floorOf(bench, one, at.answerBytes);
  const rounds = at.concurrency === barConcurrency ? options.rounds : Math.ceil(options.rounds / 2);
  const contenders = await takeTurns(floor === undefined ? servers : [...servers, floor], {
    connections: at.concurrency,
    rounds,
    roundMs: one.oneStream ? options.roundMs * 2 : options.roundMs,
    warmUpMs: at.warmUpMs,
  });
  return {
    id: one.id,
    title: one.title,
    concurrency: at.concurrency,
    oneStream: one.oneStream,
    floorKind: one.floor.kind,
    contenders: Object.fromEntries(contenders),
  };
}

function floorOf(bench: Bench, one: Case, answerBytes: number): Entrant | undefined {
  const { floor } = one;
  if (floor.kind === 'commit' && bench.noCommitFloor !== undefined) return undefined;
  return {
    name: 'floor',
    enter: (connections) => enterFloor(bench, floor, { connections, answerBytes }),
  };
}

async function enterFloor(
  bench: Bench,
  floor: Floor,
  at: { readonly connections: number; readonly answerBytes: number },
): Promise<Contender> {
  const { options, loader, httpFloor } = bench;
  if (floor.kind === 'md5') return md5Floor(floor.bytes);
  if (floor.kind === 'commit') {
    const { workers, directory: parent } = options;
    return commitFloor(at.connections, { workers, valueBytes: floor.valueBytes, parent });
  }
  const bytes = floor.bytes === 'measured' ? at.answerBytes : floor.bytes;
  const plan = httpFloorPlan(httpFloor, at.connections, { method: floor.method, bytes });
  return serverContender(loader, plan, httpFloor.pid);
}

/** How many bytes the first server answers a case with, for a floor of the same size. */
async function answerBytesOf(bench: Bench, one: Case): Promise<number> {
  const [target] = bench.targets;
  if (one.floor.kind !== 'http' || one.floor.bytes !== 'measured' || target === undefined) return 0;
  const load = await bench.loader.prepare(one.plan(target, 1, bench.options.listedKeys));
  await load.connect();
  const { bytes } = await load.run({ durationMs: 0, operationsMax: 1 });
  await load.close();
  return bytes;
}
