import type { Case } from './cases.ts';
import type { Result } from './run.ts';

/** Ready within, and resident at rest at most, with two workers. */
export const readyMsMax = 1000;
export const restBytesMax = 200 * 1024 * 1024;

/** A bar, and what was measured against it. */
export interface Verdict {
  readonly bar: string;
  readonly limit: number;
  readonly measured: number;
  readonly ok: boolean;
}

/** Causeway's share of the floor's rate, from 0; undefined when one of them did not take part. */
export function floorShareOf(result: Result): number | undefined {
  const { causeway, floor } = result.contenders;
  if (causeway === undefined || floor === undefined) return undefined;
  return causeway.operationsPerSecond / floor.operationsPerSecond;
}

/** Holds a result against the bars of its case; none at the other concurrencies. */
export function judge(one: Case, result: Result): readonly Verdict[] {
  const { causeway } = result.contenders;
  const { bars } = one;
  if (causeway === undefined || bars === undefined || bars.concurrency !== result.concurrency) {
    return [];
  }
  const verdicts: Verdict[] = [];
  const { cpuMsPerOperation } = causeway;
  if (!Number.isNaN(cpuMsPerOperation)) {
    verdicts.push(atMost(`${one.id}: CPU ms per operation`, bars.cpuMsMax, cpuMsPerOperation));
  }
  const share = floorShareOf(result);
  if (bars.floorShareMin !== undefined && share !== undefined) {
    const bar = `${one.id}: share of the floor (${result.floorKind})`;
    verdicts.push({
      bar,
      limit: bars.floorShareMin,
      measured: share,
      ok: share >= bars.floorShareMin,
    });
  }
  if (causeway.failures > 0) {
    verdicts.push(atMost(`${one.id}: failures (${causeway.firstFailure})`, 0, causeway.failures));
  }
  return verdicts;
}

export function atMost(bar: string, limit: number, measured: number): Verdict {
  return { bar, limit, measured, ok: measured <= limit };
}
