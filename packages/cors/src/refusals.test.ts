import { expect, test } from 'vitest';
import { orThrow } from './issue.ts';
import { livePolicy } from './live-policy.ts';
import { withOriginProvider } from './origin-provider.ts';
import { compilePolicy } from './policy.ts';
import { reportOnly, reportRefusals } from './refusals.ts';
import type { CorsRefusal } from './refusals.ts';

const a = 'https://a.test';
const evil = 'https://evil.test';
const policy = orThrow(compilePolicy({ origins: [a], methods: ['PUT'] }));
const stricter = orThrow(compilePolicy({ origins: ['https://c.test'] }));

function journal() {
  const refusals: CorsRefusal[] = [];
  const sink = (refusal: CorsRefusal): void => void refusals.push(refusal);
  return { refusals, sink };
}

test('a refusal says who wanted what, where, and why not', () => {
  const { refusals, sink } = journal();
  const decider = reportRefusals(policy, sink);
  decider.decide({ method: 'GET', origin: a, url: '/fine' });
  decider.decide({ method: 'GET', origin: undefined });
  decider.decide({ method: 'POST', origin: evil, url: '/things/1?token=secret#x' });
  decider.decide({
    method: 'OPTIONS',
    origin: a,
    requestMethod: 'DELETE',
    url: 'https://api.test/things/1?token=secret',
  });
  expect(refusals).toEqual([
    {
      enforced: true,
      kind: 'actual',
      origin: evil,
      method: 'POST',
      path: '/things/1',
      reason: { code: 'origin-not-allowed' },
      message: `The policy does not allow the origin "${evil}".`,
      leftOut: 0,
    },
    {
      enforced: true,
      kind: 'preflight',
      origin: a,
      method: 'DELETE',
      path: '/things/1',
      reason: { code: 'method-not-allowed' },
      message: 'The policy does not allow the method "DELETE".',
      leftOut: 0,
    },
  ]);
});

test('the decision is the one that would have been made without', async () => {
  const { refusals, sink } = journal();
  const plain = reportRefusals(policy, sink);
  expect(plain.decide({ method: 'GET', origin: a })).toMatchObject({ allowed: true });
  expect(plain.decide({ method: 'GET', origin: evil })).toMatchObject({ allowed: false });
  const slow = reportRefusals(
    withOriginProvider(policy, async () => false),
    sink,
  );
  await expect(slow.decide({ method: 'GET', origin: evil })).resolves.toMatchObject({
    allowed: false,
  });
  expect(refusals).toHaveLength(2);
  expect(slow.policy).toBe(policy);
});

test('a repetition is told once a minute, and the rest is counted', () => {
  const { refusals, sink } = journal();
  let now = 0;
  const decider = reportRefusals(policy, sink, { now: () => now });
  for (let index = 0; index < 10; index += 1) decider.decide({ method: 'GET', origin: evil });
  expect(refusals.map(({ leftOut }) => leftOut)).toEqual([0]);
  now = 60_000;
  decider.decide({ method: 'GET', origin: evil });
  expect(refusals.map(({ leftOut }) => leftOut)).toEqual([0, 9]);
});

test('a flood of origins is told so many times a minute', () => {
  const { refusals, sink } = journal();
  let now = 0;
  const decider = reportRefusals(policy, sink, { perMinute: 5, now: () => now });
  for (let index = 0; index < 1000; index += 1) {
    decider.decide({ method: 'GET', origin: `https://x${index}.test` });
  }
  expect(refusals).toHaveLength(5);
  now = 60_000;
  decider.decide({ method: 'GET', origin: evil });
  expect(refusals.at(-1)?.leftOut).toBe(995);
});

test('what strangers chose is shortened', () => {
  const { refusals, sink } = journal();
  const long = 'x'.repeat(100_000);
  reportRefusals(policy, sink).decide({
    method: 'OPTIONS',
    origin: long,
    requestMethod: long,
    url: `/${long}`,
  });
  expect(JSON.stringify(refusals).length).toBeLessThan(1500);
});

test('a policy that is tried out refuses nothing', () => {
  const { refusals, sink } = journal();
  const decider = reportOnly(livePolicy(policy), stricter, sink);
  expect(decider.decide({ method: 'GET', origin: a })).toMatchObject({ allowed: true });
  expect(refusals).toMatchObject([
    { enforced: false, origin: a, reason: { code: 'origin-not-allowed' } },
  ]);
  // What is refused already is no news, and what the candidate allows opens nothing.
  expect(decider.decide({ method: 'GET', origin: evil })).toMatchObject({ allowed: false });
  expect(decider.decide({ method: 'GET', origin: 'https://c.test' })).toMatchObject({
    allowed: false,
    headers: { Vary: 'Origin' },
  });
  expect(refusals).toHaveLength(1);
});

test('both kinds of reports go together', () => {
  const { refusals, sink } = journal();
  const decider = reportRefusals(reportOnly(policy, stricter, sink), sink);
  decider.decide({ method: 'GET', origin: a });
  decider.decide({ method: 'GET', origin: evil });
  expect(refusals.map(({ enforced, origin }) => [enforced, origin])).toEqual([
    [false, a],
    [true, evil],
  ]);
});

test('a limit that is none is refused', () => {
  for (const perMinute of [0, -1, 1.5, Number.NaN, 10_001]) {
    expect(() => reportRefusals(policy, () => undefined, { perMinute })).toThrow(RangeError);
    expect(() => reportOnly(policy, stricter, () => undefined, { perMinute })).toThrow(RangeError);
  }
});
