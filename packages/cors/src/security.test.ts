import { describe, expect, test } from 'vitest';
import type { CorsConfig } from './config.ts';
import { decide } from './decide.ts';
import type { CorsFacts } from './decision.ts';
import { orThrow } from './issue.ts';
import { compilePolicy } from './policy.ts';
import { compileS3Cors } from './s3/compile.ts';
import { decideS3 } from './s3/decide.ts';
import type { S3CorsPolicy } from './s3/compile.ts';
import type { S3CorsRule } from './s3/rule.ts';

// Holes that other CORS implementations had, each under the name of its report. Those that are an
// adapter's to avoid (a Vary of the request that comes back, GHSA-q7jf-gf43-6x6p) are in the contract
// of the adapters; those about forged requests and content types are @causeway/csrf's.
const a = 'https://app.example.com';
const config: CorsConfig = {
  origins: [a, 'https://*.example.org'],
  credentials: true,
  methods: ['PUT'],
  requestHeaders: ['x-a'],
};
const policy = orThrow(compilePolicy(config));
const echoing = orThrow(compilePolicy({ ...config, preflightAnswer: 'echo-bounded' }));
const preflight = (requestHeaders: string | readonly string[]): CorsFacts => ({
  method: 'OPTIONS',
  origin: a,
  requestMethod: 'PUT',
  requestHeaders,
});
const problems = (config: CorsConfig): readonly string[] => {
  const compiled = compilePolicy(config);
  return compiled.ok ? [] : compiled.issues.map(({ code }) => code);
};
function s3(rules: readonly S3CorsRule[]): S3CorsPolicy {
  const compiled = compileS3Cors(rules);
  if (!compiled.ok) throw new Error('refused');
  return compiled.policy;
}

describe('hostile Access-Control-Request-Headers: rs/cors#170, go-chi/cors#36, CVE-2026-69207', () => {
  const hostile: Readonly<Record<string, (length: number) => string>> = {
    commas: (length) => ','.repeat(length),
    spaces: (length) => ' '.repeat(length),
    'spaces between names': (length) => `x-a${' '.repeat(length)},x-a`,
    'commas and spaces': (length) => ' ,'.repeat(length / 2),
    'many names': (length) => 'x-a,'.repeat(length / 4),
    'one name': (length) => 'x'.repeat(length),
  };

  test.each(Object.entries(hostile))('%s cost no more the more there are', (_, make) => {
    for (const decider of [policy, echoing]) {
      const short = medianMs(() => decide(decider, preflight(make(8_000))));
      const long = medianMs(() => decide(decider, preflight(make(800_000))));
      // A hundred times as long; anything that reads all of it takes a hundred times as long.
      expect(long).toBeLessThan(Math.max(short * 20, 1));
    }
  });

  test.each(Object.entries(hostile))('%s are not repeated in the answer', (_, make) => {
    const { headers } = decide(echoing, preflight(make(100_000)));
    expect(JSON.stringify(headers).length).toBeLessThan(500);
  });
});

/** Without the making of the value, which is flat by then. */
function medianMs(run: () => void): number {
  const times = Array.from({ length: 9 }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return times.toSorted((one, other) => one - other)[4] ?? 0;
}

test('a pattern that is nearly everything: rs/cors#197', () => {
  for (const origin of ['h*', 'http*', 'https://*', '*.com', 'https://*com', 'https://*.com']) {
    expect([origin, problems({ origins: [origin] })]).not.toEqual([origin, []]);
  }
});

test('"*" with credentials is refused, not reflected: CVE-2026-54290, RustFS, MinIO', () => {
  expect(problems({ origins: ['*'], credentials: true })).toEqual(['wildcard-with-credentials']);
  const everybody = s3([{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }]);
  const { headers } = decideS3(everybody, { method: 'GET', origin: 'https://evil.example' });
  expect(headers['Access-Control-Allow-Origin']).toBe('*');
  expect(headers).not.toHaveProperty('Access-Control-Allow-Credentials');
});

test('the same question has the same answer, again and again: expressjs/cors#220', () => {
  const facts = { method: 'GET', origin: 'https://a.example.org' };
  const answers = Array.from({ length: 5 }, () => decide(policy, facts).allowed);
  expect(answers).toEqual([true, true, true, true, true]);
});

test('a request without Origin learns nothing, and caches are told: h3 1.x, envoy#35873', () => {
  for (const origin of [undefined, '', 'https://evil.example', 'null']) {
    const { headers } = decide(policy, { method: 'GET', origin });
    expect([origin, headers]).toEqual([origin, { Vary: 'Origin' }]);
  }
});

test('a dot is a dot: NooBaa', () => {
  for (const origin of [
    'https://appXexample.com',
    'https://app.exampleXcom',
    'https://aXexample.org',
  ]) {
    expect(decide(policy, { method: 'GET', origin }).allowed).toBe(false);
  }
  const rules = s3([{ AllowedOrigins: ['https://*.example.org'], AllowedMethods: ['GET'] }]);
  expect(decideS3(rules, { method: 'GET', origin: 'https://aXexample.org' }).headers).toEqual({
    Vary: 'Origin',
  });
});

test('what stands before and after "*" does not overlap: CloudServer, Ceph, RustFS', () => {
  const rules = s3([{ AllowedOrigins: ['https://ab*bc'], AllowedMethods: ['GET'] }]);
  const allowed = (origin: string) =>
    'Access-Control-Allow-Origin' in decideS3(rules, { method: 'GET', origin }).headers;
  expect([allowed('https://abc'), allowed('https://abbc')]).toEqual([false, true]);
});

test('an origin with a user name is none: golang/go#78563', () => {
  for (const origin of [`https://app.example.com@evil.example`, `https://x@app.example.com`]) {
    expect(decide(policy, { method: 'GET', origin }).allowed).toBe(false);
  }
});

test('nothing that comes in or goes out can be changed afterwards: rs/cors#198, jub0bs/cors#14', () => {
  const origins = [a];
  const methods = ['PUT'];
  const own = orThrow(compilePolicy({ origins, methods }));
  origins[0] = 'https://evil.example';
  methods[0] = 'DELETE';
  const facts: CorsFacts = { method: 'OPTIONS', origin: a, requestMethod: 'PUT' };
  const decision = decide(own, facts);
  expect(decision.headers).toMatchObject({
    'Access-Control-Allow-Origin': a,
    'Access-Control-Allow-Methods': 'PUT',
  });
  const before = { ...decision, headers: { ...decision.headers } };
  // These headers belong to this request alone, so that whoever changes them changes no other's.
  Reflect.set(decision.headers, 'Access-Control-Allow-Origin', '*');
  expect(Reflect.set(decision.vary, 0, 'X')).toBe(false);
  expect(Reflect.set(own, 'credentials', true)).toBe(false);
  expect(decide(own, facts)).toEqual(before);
});

test('no line break gets in as white space or out as an answer: pathosDev/actor-ts#792', () => {
  const split = 'x-a\r\nSet-Cookie: a=1';
  for (const decider of [policy, echoing]) {
    for (const value of [split, ['x-a', split], 'x-a,\n', '\u000B,x-a', '\u00A0']) {
      const decision = decide(decider, preflight(value));
      expect(decision).toMatchObject({ allowed: false, reason: { problem: 'not-a-token' } });
      expect(JSON.stringify(decision.headers)).not.toMatch(/\\r|\\n|Set-Cookie/);
    }
    for (const method of ['PUT\r\nX: 1', 'PUT\n', ' PUT']) {
      const decision = decide(decider, { ...preflight('x-a'), requestMethod: method });
      expect(decision).toMatchObject({ allowed: false, reason: { code: 'method-not-a-token' } });
    }
  }
});

test('whoever asks often enough is not let in: thunderbird/tbpro-add-on#1117', () => {
  const own = orThrow(compilePolicy(config));
  const before = own.origins.exact.size;
  for (let index = 0; index < 10_000; index += 1) {
    decide(own, { ...preflight(`x-a,${' '.repeat(index % 100)}x-a`), origin: a });
    decide(own, { method: 'GET', origin: `https://x${index}.example.org` });
    expect(decide(own, { method: 'GET', origin: 'https://evil.example' }).allowed).toBe(false);
  }
  expect(own.origins.exact.size).toBe(before);
  expect(own.grantedLists.size).toBeLessThanOrEqual(64);
});
