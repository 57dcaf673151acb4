import { expect, test } from 'vitest';
import { barsOf } from './bars.ts';
import { quantile, type Result } from './measure.ts';
import { formatMarkdown } from './report.ts';
import { cases, hostileLists, requestsOf, rolls } from './traffic.ts';

function result(kind: Result['kind'], decide: number): Result {
  const peers = { 'our Fastify': 1, '@fastify/cors': 1, 'our Hono': 1, 'hono/cors': 1 };
  const medianNs = { 'bare Map': 1, decide, 'our Express': 600, cors: 2000, ...peers };
  return { id: `${kind}, exact`, kind, origins: 100, medianNs, spreadNs: [decide, decide] };
}

test('a bar is held by the slowest case of its kind', () => {
  const bars = barsOf([result('actual', 250), result('actual', 310), result('hostile', 40_000)]);
  expect(bars.map(({ held }) => held)).toEqual([false, true, true, false]);
});

test('the table says which bars are missed', () => {
  const machine = { cpu: 'one', cores: 2, memoryBytes: 2 ** 30, node: 'v20', platform: 'linux' };
  const results = [result('preflight', 600)];
  const text = formatMarkdown({ command: 'x', date: '2026', machine, rounds: 1, results });
  expect(text).toContain('| < 500 | 1 | 600 |');
  expect(text).toContain('MISSED: decide, preflight');
});

test('quantiles', () => {
  expect(quantile([5, 1, 3], 0.5)).toBe(3);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9)).toBe(10);
  expect(quantile([], 0.5)).toBeNaN();
});

test('hostile lists are as long as told, and one holds five thousand names', () => {
  const lists = hostileLists(16_384);
  for (const list of Object.values(lists)) expect(list).toHaveLength(16_384);
  expect(lists['5,000 names']?.split(',').length).toBeGreaterThan(5000);
});

test('the same seed asks from the same origins, anywhere in the list', () => {
  const one = cases.find(({ kind, origins }) => kind === 'actual' && origins === 10_000);
  if (one === undefined) throw new Error('no such case');
  const asked = requestsOf(one, 200, rolls(7));
  expect(requestsOf(one, 200, rolls(7))).toEqual(asked);
  expect(new Set(asked.map(({ origin }) => origin)).size).toBeGreaterThan(190);
});
