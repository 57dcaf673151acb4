import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CorsDecision } from './decision.ts';
import { describeDecision } from './describe.ts';
import { orThrow } from './issue.ts';
import { withOriginProvider } from './origin-provider.ts';
import type { OriginProvider } from './origin-provider.ts';
import { compilePolicy } from './policy.ts';

const listed = 'https://listed.test';
const tenant = 'https://tenant.test';
const policy = orThrow(
  compilePolicy({ origins: [listed], credentials: true, methods: ['PUT'], maxAgeSeconds: 60 }),
);
const get = (origin: string | undefined) => ({ method: 'GET', origin });
const put = { method: 'OPTIONS', origin: tenant, requestMethod: 'PUT' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('an origin that the provider allows gets what the policy allows', async () => {
  const asked: string[] = [];
  const decider = withOriginProvider(policy, async (origin) => {
    asked.push(origin);
    return origin === tenant;
  });
  await expect(decider.decide(get(tenant))).resolves.toMatchObject({
    kind: 'actual',
    allowed: true,
    rule: undefined,
    reason: { code: 'origin-provided' },
    headers: {
      'Access-Control-Allow-Origin': tenant,
      'Access-Control-Allow-Credentials': 'true',
      Vary: 'Origin',
    },
  });
  await expect(decider.decide(put)).resolves.toMatchObject({
    kind: 'preflight',
    allowed: true,
    headers: { 'Access-Control-Allow-Methods': 'PUT', 'Access-Control-Max-Age': '60' },
  });
  await expect(decider.decide({ ...put, requestMethod: 'DELETE' })).resolves.toMatchObject({
    allowed: false,
    reason: { code: 'method-not-allowed' },
  });
  await expect(decider.decide(get('https://evil.test'))).resolves.toMatchObject({
    allowed: false,
    reason: { code: 'origin-not-allowed' },
    headers: { Vary: 'Origin' },
  });
  expect(asked).toEqual([tenant, tenant, tenant, 'https://evil.test']);
});

test('what an earlier origin was granted never reaches another', async () => {
  const decider = withOriginProvider(policy, async () => true);
  const [one, other] = await Promise.all([
    decider.decide(get('https://one.test')),
    decider.decide(get('https://other.test')),
  ]);
  expect(one.headers['Access-Control-Allow-Origin']).toBe('https://one.test');
  expect(other.headers['Access-Control-Allow-Origin']).toBe('https://other.test');
});

test('what is listed, and what can never be allowed, is not asked for', async () => {
  const provider = vi.fn<OriginProvider>(() => true);
  const decider = withOriginProvider(policy, provider);
  const never = [
    'null',
    'http://tenant.test',
    'https://tenant.test/',
    'https://tenant.test, https://evil.test',
    'HTTPS://TENANT.TEST',
    'a'.repeat(10_000),
    'file://',
    '*',
  ];
  for (const origin of never) {
    expect([origin, await decider.decide(get(origin))]).toMatchObject([origin, { allowed: false }]);
  }
  expect(decider.decide(get(listed))).toMatchObject({ allowed: true });
  expect(decider.decide(get(undefined))).toMatchObject({ kind: 'none' });
  expect(decider.decide(get(''))).toMatchObject({ kind: 'none' });
  expect(provider).not.toHaveBeenCalled();
  expect(decider.decide(get('http://localhost:3000'))).toMatchObject({ allowed: true });
  expect(provider).toHaveBeenCalledTimes(1);
});

test('without credentials, or when it is accepted, http origins are asked for', () => {
  for (const config of [
    { origins: [] },
    { origins: [], credentials: true, dangerouslyAllowInsecureOrigins: true },
  ]) {
    const decider = withOriginProvider(orThrow(compilePolicy(config)), () => true);
    expect(decider.decide(get('http://tenant.test'))).toMatchObject({ allowed: true });
  }
});

test.each([undefined, null, 0, 1, 'yes', {}, [tenant], 'https://tenant.test'])(
  'only true allows: %o does not',
  async (told) => {
    // @ts-expect-error JavaScript lets a provider return anything.
    const atOnce = withOriginProvider(policy, () => told);
    // @ts-expect-error The same.
    const later = withOriginProvider(policy, async () => told);
    expect(atOnce.decide(get(tenant))).toMatchObject({ allowed: false });
    await expect(later.decide(get(tenant))).resolves.toMatchObject({ allowed: false });
  },
);

/** How a provider fails, and what is said of it. */
const failures: readonly (readonly [string, OriginProvider, string])[] = [
  ['never answers', async () => new Promise(() => undefined), 'time-limit'],
  ['rejects', async () => Promise.reject(new Error('the database is down')), 'error'],
  [
    'throws',
    () => {
      throw new Error('the database is down');
    },
    'error',
  ],
];

test.each(failures)('a provider that %s allows nothing', async (_, provider, problem) => {
  const onFailure = vi.fn<(problem: string, error: unknown) => void>();
  const decider = withOriginProvider(policy, provider, { timeLimitMs: 50, onFailure });
  const deciding = Promise.all([decider.decide(get(tenant)), decider.decide(put)]);
  await vi.advanceTimersByTimeAsync(50);
  for (const decision of await deciding) {
    expect(decision).toMatchObject({
      allowed: false,
      reason: { code: 'provider-failed', problem },
    });
    expect(Object.keys(decision.headers)).toEqual(['Vary']);
    expect(describeDecision(policy, put, decision)).toMatch(/not allowed\.$/);
  }
  expect(onFailure).toHaveBeenCalledWith(problem, expect.any(Error));
  // The next question is asked anew.
  const allowing = withOriginProvider(policy, async () => true, { timeLimitMs: 50 });
  await expect(allowing.decide(get(tenant))).resolves.toMatchObject({ allowed: true });
  expect(vi.getTimerCount()).toBe(0);
});

test('a failure is 403 where the policy rejects', async () => {
  const strict = orThrow(compilePolicy({ origins: [listed], onDenied: 'reject' }));
  const decider = withOriginProvider(strict, async () => Promise.reject(new Error('down')));
  await expect(decider.decide(get(tenant))).resolves.toMatchObject({ status: 403 });
  await expect(decider.decide(put)).resolves.toMatchObject({ status: 403 });
});

test('an answer that comes too late changes nothing', async () => {
  let answer: (told: boolean) => void = () => undefined;
  const decider = withOriginProvider(
    policy,
    async () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
    { timeLimitMs: 10 },
  );
  const late = decider.decide(get(tenant));
  await vi.advanceTimersByTimeAsync(10);
  answer(true);
  await expect(late).resolves.toMatchObject({ allowed: false });
});

test('requests for one origin at one time share a question, and each decides for itself', async () => {
  const provider = vi.fn<OriginProvider>(async () => true);
  const decider = withOriginProvider(policy, provider);
  const decisions = await Promise.all([
    decider.decide(get(tenant)),
    decider.decide(put),
    decider.decide({ ...put, requestMethod: 'PATCH' }),
  ]);
  expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, false]);
  expect(provider).toHaveBeenCalledTimes(1);
  await decider.decide(get(tenant));
  expect(provider).toHaveBeenCalledTimes(2);
});

test('a flood of made-up origins is not handed on', async () => {
  const provider = vi.fn<OriginProvider>(async () => new Promise(() => undefined));
  const decider = withOriginProvider(policy, provider, { timeLimitMs: 10 });
  const flood = Array.from({ length: 1500 }, (_, index) =>
    Promise.resolve(decider.decide(get(`https://x${index}.test`))),
  );
  expect(provider).toHaveBeenCalledTimes(1000);
  await vi.advanceTimersByTimeAsync(10);
  const problems = (await Promise.all(flood)).map(problemOf);
  expect(problems.filter((problem) => problem === 'too-many')).toHaveLength(500);
  expect(problems.filter((problem) => problem === 'time-limit')).toHaveLength(1000);
});

function problemOf({ reason }: CorsDecision): string | undefined {
  return reason.code === 'provider-failed' ? reason.problem : undefined;
}

test('options that make no sense are refused at once', () => {
  for (const timeLimitMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 60_001]) {
    expect(() => withOriginProvider(policy, () => true, { timeLimitMs })).toThrow(RangeError);
  }
  const anyone = orThrow(compilePolicy({ origins: ['*'] }));
  expect(() => withOriginProvider(anyone, () => true)).toThrow(/every origin/);
});
