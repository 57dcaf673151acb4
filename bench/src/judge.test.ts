import { expect, test } from 'vitest';
import type { Case } from './cases.ts';
import { judge } from './judge.ts';
import type { Summary } from './measure.ts';
import type { Result } from './run.ts';

const one: Case = {
  id: 'get-4k',
  title: 'GET 4 KiB',
  needs: [],
  oneStream: false,
  floor: { kind: 'http', method: 'GET', bytes: 4096 },
  bars: { concurrency: 16, cpuMsMax: 0.25, floorShareMin: 0.35 },
  plan: () => {
    throw new Error('not needed to judge');
  },
};

function summary(operationsPerSecond: number, cpuMsPerOperation: number): Summary {
  return {
    connections: 16,
    operationsPerSecond,
    bytesPerSecond: 0,
    p50Ms: 1,
    p99Ms: 1,
    cpuMsPerOperation,
    clientCpuMsPerOperation: 0.01,
    failures: 0,
    firstFailure: '',
    rounds: [],
  };
}

function resultOf(contenders: Result['contenders'], concurrency = 16): Result {
  const { id, title } = one;
  return { id, title, concurrency, oneStream: false, floorKind: 'http', contenders };
}

test.each([
  { cpuMs: 0.25, rate: 350, oks: [true, true] },
  { cpuMs: 0.251, rate: 350, oks: [false, true] },
  { cpuMs: 0.25, rate: 349, oks: [true, false] },
])('$cpuMs ms and $rate of 1000 a second are judged $oks', ({ cpuMs, rate, oks }) => {
  const result = resultOf({ causeway: summary(rate, cpuMs), floor: summary(1000, 0.01) });
  expect(judge(one, result).map(({ ok }) => ok)).toEqual(oks);
});

test('bars hold at their own concurrency only', () => {
  const contenders = { causeway: summary(1, 9), floor: summary(1000, 0.01) };
  expect(judge(one, resultOf(contenders, 64))).toEqual([]);
});

test('what was not measured is not judged', () => {
  expect(judge(one, resultOf({ floor: summary(1, 1) }))).toEqual([]);
  const causeway = summary(350, Number.NaN);
  expect(judge(one, resultOf({ causeway }))).toEqual([]);
});

test('a failure misses', () => {
  const causeway = { ...summary(350, 0.1), failures: 1, firstFailure: '503' };
  const verdicts = judge(one, resultOf({ causeway }));
  expect(verdicts.map(({ ok }) => ok)).toEqual([true, false]);
});
