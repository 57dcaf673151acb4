import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
}

test('a quantile is at most one part in 32 above the true one, and never below', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (microseconds, share) => {
        const histogram = new Histogram();
        for (const value of microseconds) histogram.record(value / 1000);
        const exact = quantileOf(microseconds, share);
        const told = histogram.quantile(share) * 1000;
        expect(told).toBeGreaterThanOrEqual(exact - 0.001);
        expect(told).toBeLessThanOrEqual(exact + exact / 32 + 0.001);
      },
    ),
  );
});

test('two histograms add up to the histogram of all their values', () => {
  const left = new Histogram();
  const right = new Histogram();
  const both = new Histogram();
  for (let value = 1; value <= 1000; value += 1) {
    (value % 2 === 0 ? left : right).record(value);
    both.record(value);
  }
  const sum = new Histogram(left.toCounts());
  sum.add(right.toCounts());
  expect(sum.total).toBe(1000);
  expect(sum.toCounts()).toEqual(both.toCounts());
});

test('nothing recorded has no quantile', () => {
  expect(new Histogram().quantile(0.5)).toBeNaN();
});
