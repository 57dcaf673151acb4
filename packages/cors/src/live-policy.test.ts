import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { orThrow } from './issue.ts';
import { livePolicy } from './live-policy.ts';
import { compilePolicy } from './policy.ts';

const a = 'https://a.test';
const b = 'https://b.test';
const policyFor = (origin: string) => orThrow(compilePolicy({ origins: [origin] }));
const from = (origin: string) => ({ method: 'GET', origin });

test('the next request is decided by the next policy', () => {
  const live = livePolicy(policyFor(a));
  expect(live.decide(from(a))).toMatchObject({ allowed: true });
  const next = policyFor(b);
  live.replace(next);
  expect(live.policy).toBe(next);
  expect(live.decide(from(a))).toMatchObject({ allowed: false });
  expect(live.decide(from(b))).toMatchObject({ allowed: true });
});

test('what is no policy is refused, and the old one stays', () => {
  const live = livePolicy(policyFor(a));
  const wrong: readonly unknown[] = [
    { origins: [b] },
    compilePolicy({ origins: [b] }),
    undefined,
    null,
    b,
  ];
  for (const value of wrong) {
    // @ts-expect-error JavaScript lets everything in.
    expect(() => live.replace(value)).toThrow(/orThrow\(compilePolicy/);
    // @ts-expect-error The same.
    expect(() => livePolicy(value)).toThrow(TypeError);
  }
  expect(live.decide(from(a))).toMatchObject({ allowed: true });
});

test('a decision that was begun is finished by the policy that began it', async () => {
  const live = livePolicy({
    decide: async (facts) => {
      await Promise.resolve();
      return decide(policyFor(a), facts);
    },
  });
  const begun = live.decide(from(a));
  live.replace(policyFor(b));
  await expect(begun).resolves.toMatchObject({ allowed: true });
});
