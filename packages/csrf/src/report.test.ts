import { expect, test } from 'vitest';
import { limitReports, reportOf } from './report.ts';
import type { CsrfReport, ReportLimits } from './report.ts';

const denied = { kind: 'deny', stage: 'fetch-site', reason: 'cross-site' } as const;
const report = reportOf({ method: 'POST', origin: 'https://evil.example' }, denied, true);

test('a report holds what was refused and why, shortened, and no secret', () => {
  const facts = {
    method: 'X'.repeat(1000),
    origin: `https://${'e'.repeat(100_000)}`,
    fetchSite: 's'.repeat(1000),
    cookie: 'session=secret',
    authorization: 'Basic secret',
  };
  const made = reportOf(facts, denied, false);
  expect(made).toMatchObject({ enforced: false, stage: 'fetch-site', reason: 'cross-site' });
  expect(JSON.stringify(made).length).toBeLessThan(1000);
  expect(JSON.stringify(made)).not.toContain('secret');
});

function limited(limits: ReportLimits): { send: (count: number) => void; told: number[] } {
  const told: number[] = [];
  const sink = limitReports((_report: CsrfReport, leftOut) => void told.push(leftOut), limits);
  return { send: (count) => Array.from({ length: count }).forEach(() => sink(report)), told };
}

test('so many a minute, and how many were left out', () => {
  let nowMs = 1_800_000_000_000;
  const { send, told } = limited({ perMinute: 3, now: () => nowMs });
  send(10_000);
  expect(told).toEqual([0, 0, 0]);
  nowMs += 60_000;
  send(2);
  expect(told).toEqual([0, 0, 0, 9997, 0]);
});

test('a share of them, chosen by chance', () => {
  const draws = [0.05, 0.5, 0.09, 0.1, 0.99, 0];
  const random = (): number => draws.shift() ?? 1;
  const { send, told } = limited({ share: 0.1, now: () => 0, random });
  send(6);
  expect(told).toEqual([0, 1, 2]);
});

test('all of them with a share of 1, and none with 0', () => {
  const all = limited({ perMinute: 5, now: () => 0, random: () => 0.999_999 });
  all.send(5);
  expect(all.told).toHaveLength(5);
  const none = limited({ share: 0, now: () => 0, random: () => 0 });
  none.send(5);
  expect(none.told).toEqual([]);
});

test.each([
  { share: 2 },
  { share: -1 },
  { share: Number.NaN },
  { perMinute: 0 },
  { perMinute: 1.5 },
])('%j is no limit', (limits) => {
  expect(() => limitReports(() => {}, limits)).toThrow(RangeError);
});
