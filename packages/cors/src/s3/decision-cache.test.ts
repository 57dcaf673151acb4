import { expect, test } from 'vitest';
import { decisionCache } from './decision-cache.ts';
import type { S3CorsDecision } from './decision.ts';

const decision: S3CorsDecision = { kind: 'none', headers: {} };

test('what is asked for again stays, what strangers invent goes', () => {
  const cache = decisionCache();
  cache.set('mine', decision);
  let missed = 0;
  for (let index = 0; index < 10_000; index += 1) {
    cache.set(`stranger-${index}`, decision);
    if (index % 32 === 0 && cache.get('mine') === undefined) missed += 1;
  }
  expect(missed).toBe(0);
  let kept = 0;
  for (let index = 0; index < 10_000; index += 1) {
    if (cache.get(`stranger-${index}`) !== undefined) kept += 1;
  }
  expect(kept).toBeLessThanOrEqual(128);
});

test('a refusal over a hundred rules counts for what it weighs', () => {
  const cache = decisionCache();
  const rules = Array.from({ length: 100 }, (_, rule) => ({
    rule,
    id: undefined,
    failed: ['origin'] as const,
    header: undefined,
  }));
  const heavy: S3CorsDecision = {
    kind: 'actual',
    allowed: false,
    headers: {},
    reason: { code: 'no-rule-matches', origin: 'null', method: 'GET', rules },
  };
  for (let index = 0; index < 64; index += 1) cache.set(`${index}`, heavy);
  let kept = 0;
  for (let index = 0; index < 64; index += 1) if (cache.get(`${index}`) === heavy) kept += 1;
  expect(kept).toBeLessThan(32);
});
