import type { RunLimit } from './client.ts';
import type { Contender, Round } from './contender.ts';
import { Histogram } from './histogram.ts';

/** A contender that is slow takes part with fewer connections rather than for minutes. */
const drainMsMax = 1000;

/** After so many operations the compiler has seen what there is to see: on a slow machine, a PUT
 * costs three times as much before its first ten thousand as after its thirtieth. */
const warmUpOperationsMax = 30_000;

/** What the rounds of one contender come to. */
export interface Summary {
  /** Fewer than the case asks for when the contender is too slow for so many. */
  readonly connections: number;
  /** Medians over the rounds. */
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Over all rounds, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** User and system time of the measured processes, over all rounds; NaN when not known. */
  readonly cpuMsPerOperation: number;
  readonly clientCpuMsPerOperation: number;
  readonly failures: number;
  readonly firstFailure: string;
  readonly rounds: readonly {
    readonly operations: number;
    readonly elapsedMs: number;
    readonly serverCpuMs: number;
  }[];
}

export interface Entrant {
  readonly name: string;
  /** Makes the contender with at most so many connections. */
  readonly enter: (connections: number) => Promise<Contender>;
}

export interface Schedule {
  readonly connections: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

/**
 * Lets the entrants take turns, so that whatever else the machine does hits all of them: first a
 * warm-up each, then the rounds.
 */
export async function takeTurns(
  entrants: readonly Entrant[],
  schedule: Schedule,
): Promise<ReadonlyMap<string, Summary>> {
  const entered = [];
  try {
    for (const entrant of entrants) {
      const started = await enter(entrant, schedule);
      entered.push({ name: entrant.name, ...started, rounds: new Array<Round>() });
    }
    const limit = { durationMs: schedule.roundMs, operationsMax: Number.MAX_SAFE_INTEGER };
    for (let round = 0; round < schedule.rounds; round += 1) {
      for (const { contender, rounds } of entered) {
        if (!tookTooLong(rounds, schedule)) rounds.push(await contender.measure(limit));
      }
    }
  } finally {
    for (const { contender } of entered) await contender.close();
  }
  return new Map(
    entered.map(({ name, connections, rounds }) => [name, summarize(connections, rounds)]),
  );
}

/** Whose first rounds used up the time of all has said enough. */
function tookTooLong(rounds: readonly Round[], { roundMs, rounds: count }: Schedule): boolean {
  const spentMs = rounds.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  return rounds.length > 0 && spentMs > roundMs * count * 1.5;
}

async function enter(
  entrant: Entrant,
  schedule: Schedule,
): Promise<{ readonly contender: Contender; readonly connections: number }> {
  const warmUp: RunLimit = {
    durationMs: schedule.warmUpMs,
    operationsMax: warmUpOperationsMax,
  };
  // The first operation alone tells how long the last ones of a round may keep the others waiting.
  const probe = await entrant.enter(1);
  let operationMs: number;
  try {
    await probe.measure({ durationMs: 0, operationsMax: 1 });
    operationMs = (await probe.measure({ durationMs: 0, operationsMax: 1 })).elapsedMs;
  } finally {
    if (schedule.connections > 1) await probe.close();
  }
  const affordable = Math.max(1, Math.floor(drainMsMax / operationMs));
  const connections = Math.min(schedule.connections, affordable);
  const contender = schedule.connections > 1 ? await entrant.enter(connections) : probe;
  await contender.measure(warmUp);
  return { contender, connections };
}

function summarize(connections: number, rounds: readonly Round[]): Summary {
  const latencies = new Histogram();
  for (const round of rounds) latencies.add(round.latencies);
  const total = (of: (round: Round) => number): number =>
    rounds.reduce((added, round) => added + of(round), 0);
  const operations = total((round) => round.operations);
  const perSecond = (of: (round: Round) => number): number =>
    median(rounds.map((round) => (of(round) / round.elapsedMs) * 1000));
  return {
    connections,
    operationsPerSecond: perSecond((round) => round.operations),
    bytesPerSecond: perSecond((round) => round.bytes),
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99),
    cpuMsPerOperation: total((round) => round.serverCpuMs) / operations,
    clientCpuMsPerOperation: total((round) => round.clientCpuMs) / operations,
    failures: total((round) => round.failures),
    firstFailure: rounds.find((round) => round.failures > 0)?.firstFailure ?? '',
    rounds: rounds.map((round) => ({
      operations: round.operations,
      elapsedMs: round.elapsedMs,
      serverCpuMs: round.serverCpuMs,
    })),
  };
}

/** The middle of the values; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? Number.NaN : (upper + lower) / 2;
}
