import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CorsConfig } from './config.ts';
import { decide } from './decide.ts';
import type { CorsDecision, CorsFacts } from './decision.ts';
import { describeDecision } from './describe.ts';
import { orThrow } from './issue.ts';
import { compilePolicy } from './policy.ts';
import type { CorsPolicy } from './policy.ts';

const a = 'https://a.test';
const evil = 'https://evil.test';
const p1Config: CorsConfig = {
  origins: [a],
  credentials: true,
  methods: ['GET', 'PUT'],
  requestHeaders: ['x-test'],
  exposeHeaders: ['ETag'],
  maxAgeSeconds: 600,
};
const p1 = orThrow(compilePolicy(p1Config));
const strict = orThrow(compilePolicy({ ...p1Config, onDenied: 'reject' }));
const p2 = orThrow(
  compilePolicy({
    origins: ['*'],
    methods: ['*'],
    requestHeaders: ['*', 'Authorization'],
    exposeHeaders: ['ETag'],
  }),
);
const p2WithoutAuthorization = orThrow(
  compilePolicy({ origins: ['*'], methods: ['*'], requestHeaders: ['*'] }),
);

const actual = {
  'Access-Control-Allow-Origin': a,
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Expose-Headers': 'ETag',
  Vary: 'Origin',
};
const preflightVary = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
const full = {
  'Access-Control-Allow-Origin': a,
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Allow-Methods': 'GET,PUT',
  'Access-Control-Allow-Headers': 'x-test',
  'Access-Control-Max-Age': '600',
  Vary: preflightVary,
};
const everybody = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'ETag' };
const put = { method: 'OPTIONS', origin: a, requestMethod: 'PUT' };

interface Row {
  readonly row: string;
  readonly policy: CorsPolicy;
  readonly facts: CorsFacts;
  readonly decision: Partial<CorsDecision>;
}

/** V16. The rows about what an adapter does with the answer (16.16 to 16.18) are not the engine's. */
const rows: readonly Row[] = [
  {
    row: '16.1 no Origin',
    policy: p1,
    facts: { method: 'GET', origin: undefined },
    decision: { kind: 'none', allowed: true, status: undefined, headers: { Vary: 'Origin' } },
  },
  {
    row: '16.2 an allowed origin',
    policy: p1,
    facts: { method: 'GET', origin: a },
    decision: { kind: 'actual', allowed: true, status: undefined, headers: actual, rule: a },
  },
  {
    row: '16.3 another origin',
    policy: p1,
    facts: { method: 'GET', origin: evil },
    decision: {
      kind: 'actual',
      allowed: false,
      status: undefined,
      headers: { Vary: 'Origin' },
      reason: { code: 'origin-not-allowed' },
    },
  },
  {
    row: '16.3 strict',
    policy: strict,
    facts: { method: 'GET', origin: evil },
    decision: { kind: 'actual', allowed: false, status: 403, headers: { Vary: 'Origin' } },
  },
  {
    row: '16.4 a preflight gets everything',
    policy: p1,
    facts: { ...put, requestHeaders: 'x-test' },
    decision: { kind: 'preflight', allowed: true, status: 204, headers: full, rule: a },
  },
  {
    row: '16.4 without headers, and for POST, the same bytes',
    policy: p1,
    facts: { ...put, requestMethod: 'POST' },
    decision: { kind: 'preflight', allowed: true, status: 204, headers: full },
  },
  {
    row: '16.5 OPTIONS without a requested method is the handler’s',
    policy: p1,
    facts: { method: 'OPTIONS', origin: a },
    decision: { kind: 'actual', allowed: true, status: undefined, headers: actual },
  },
  {
    row: '16.6 OPTIONS without Origin is the handler’s',
    policy: p1,
    facts: { method: 'OPTIONS', origin: undefined, requestMethod: 'PUT' },
    decision: { kind: 'none', status: undefined, headers: { Vary: 'Origin' } },
  },
  {
    row: '16.7 a preflight from another origin',
    policy: p1,
    facts: { ...put, origin: evil },
    decision: {
      kind: 'preflight',
      allowed: false,
      status: 204,
      headers: { Vary: preflightVary },
      reason: { code: 'origin-not-allowed' },
    },
  },
  {
    row: '16.7 strict',
    policy: strict,
    facts: { ...put, origin: evil },
    decision: { allowed: false, status: 403, headers: { Vary: preflightVary } },
  },
  {
    row: '16.8 another method: the console names it, because the list is there without it',
    policy: p1,
    facts: { ...put, requestMethod: 'DELETE' },
    decision: {
      allowed: false,
      status: 204,
      headers: full,
      rule: a,
      reason: { code: 'method-not-allowed' },
    },
  },
  {
    row: '16.8 strict',
    policy: strict,
    facts: { ...put, requestMethod: 'DELETE' },
    decision: { allowed: false, status: 403, headers: { Vary: preflightVary } },
  },
  {
    row: '16.9 the method in lower case',
    policy: p1,
    facts: { ...put, requestMethod: 'put' },
    decision: { allowed: false, reason: { code: 'method-case' } },
  },
  ...['X-Test', ' x-test ,', ',x-test', ['x-test', 'X-TEST'], ',, ,'].map((requestHeaders) => ({
    row: `16.10 ${JSON.stringify(requestHeaders)}`,
    policy: p1,
    facts: { ...put, requestHeaders },
    decision: { allowed: true, headers: full },
  })),
  {
    row: '16.10 a name that is not allowed, unsorted',
    policy: p1,
    facts: { ...put, requestHeaders: 'x-test , content-type,accept' },
    decision: {
      allowed: false,
      headers: full,
      reason: { code: 'header-not-allowed', name: 'content-type' },
    },
  },
  ...[',', ' ', 'a,'].map((piece) => ({
    row: `16.11 100 kB of "${piece}"`,
    policy: p1,
    facts: { ...put, requestHeaders: piece.repeat(100_000) },
    decision: { allowed: false, reason: { code: 'headers-invalid', problem: 'too-long' } as const },
  })),
  ...['GET, PUT', 'BAD METHOD', 'P\u{E9}T', 'x'.repeat(100_000)].map((requestMethod) => ({
    row: `16.12 ${requestMethod.slice(0, 20)}`,
    policy: p1,
    facts: { ...put, requestMethod },
    decision: { allowed: false, reason: { code: 'method-not-a-token' } as const },
  })),
  {
    row: '16.19 everybody, no Origin',
    policy: p2,
    facts: { method: 'GET', origin: undefined },
    decision: { kind: 'none', headers: everybody, vary: [] },
  },
  {
    row: '16.20 everybody, any origin: the same bytes',
    policy: p2,
    facts: { method: 'GET', origin: evil },
    decision: { kind: 'actual', allowed: true, headers: everybody, vary: [] },
  },
  {
    row: '16.21 Authorization is listed literally',
    policy: p2,
    facts: {
      method: 'OPTIONS',
      origin: a,
      requestMethod: 'PATCH',
      requestHeaders: 'authorization,x-any',
    },
    decision: {
      allowed: true,
      headers: {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': '*',
        'Access-Control-Allow-Headers': '*,authorization',
      },
    },
  },
  {
    row: '16.21 Authorization is not covered by the wildcard',
    policy: p2WithoutAuthorization,
    facts: {
      method: 'OPTIONS',
      origin: a,
      requestMethod: 'PATCH',
      requestHeaders: 'x-any,Authorization',
    },
    decision: { allowed: false, reason: { code: 'authorization-not-listed' } },
  },
  {
    row: '16.23 a same-origin POST that CORS does not know is never rejected by default',
    policy: p1,
    facts: { method: 'POST', origin: 'https://public.example' },
    decision: { kind: 'actual', allowed: false, status: undefined },
  },
];

test.each(rows)('$row', ({ policy, facts, decision }) => {
  const decided = decide(policy, facts);
  expect(decided).toMatchObject(decision);
  expect(decided.headers).toEqual(decision.headers ?? decided.headers);
  // `vary` is what `headers.Vary` says; asking again changes nothing.
  expect(decided.headers['Vary'] ?? '').toBe(decided.vary.join(', '));
  expect(decide(policy, facts)).toEqual(decided);
});

test('an origin of a pattern is echoed, each with its own headers', () => {
  const policy = orThrow(compilePolicy({ origins: ['https://*.a.test'] }));
  for (const origin of ['https://x.a.test', 'https://y.a.test']) {
    const expected = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
    expect(decide(policy, { method: 'GET', origin }).headers).toEqual(expected);
  }
});

test('nothing is allowed unless it is said', () => {
  const nobody = orThrow(compilePolicy({ origins: [] }));
  expect(decide(nobody, put)).toMatchObject({ allowed: false, headers: { Vary: preflightVary } });
  const bare = orThrow(compilePolicy({ origins: [a] }));
  expect(decide(bare, put)).toMatchObject({ allowed: false });
  expect(decide(bare, { ...put, requestMethod: 'POST' }).headers).toEqual({
    'Access-Control-Allow-Origin': a,
    Vary: preflightVary,
  });
});

test('beside "*" a listed origin does not get an echo that caches would keep', () => {
  const policy = orThrow(compilePolicy({ origins: [a, '*'] }));
  expect(decide(policy, { method: 'GET', origin: a }).headers).toEqual({
    'Access-Control-Allow-Origin': '*',
  });
});

test('the switches of a preflight', () => {
  const policy = orThrow(
    compilePolicy({
      origins: [a],
      preflightStatus: 200,
      varyOnPreflight: false,
      maxAgeSeconds: -1,
    }),
  );
  expect(decide(policy, { ...put, requestMethod: 'GET' })).toMatchObject({ status: 200, vary: [] });
  expect(decide(policy, { ...put, requestMethod: 'GET' }).headers).toEqual({
    'Access-Control-Allow-Origin': a,
    'Access-Control-Max-Age': '0',
  });
});

test('the header lists that were granted are remembered within bounds, refused ones never', () => {
  const policy = orThrow(
    compilePolicy({ origins: [a], methods: ['PUT'], requestHeaders: ['x-a'] }),
  );
  const ask = (requestHeaders: string) => decide(policy, { ...put, requestHeaders });
  for (let spaces = 0; spaces < 1000; spaces += 1) {
    expect(ask(`x-a${' '.repeat(spaces)}`)).toMatchObject({ allowed: true });
    expect(ask(`x-b${' '.repeat(spaces)}`)).toMatchObject({ allowed: false });
  }
  expect(policy.grantedLists.size).toBeLessThanOrEqual(64);
  const kept = [...policy.grantedLists];
  expect(kept.filter((list) => list.length > 512 || list.includes('x-b'))).toEqual([]);
});

test('headers belong to one request, or are frozen', () => {
  for (const facts of [{ method: 'GET', origin: a }, put, { ...put, origin: evil }]) {
    const [one, other] = [decide(p1, facts).headers, decide(p1, facts).headers];
    expect(one).toEqual(other);
    expect(one === other).toBe(Object.isFrozen(one));
  }
});

test.each([
  [{ method: 'GET', origin: undefined }, 'no Origin header'],
  [{ method: 'GET', origin: a }, 'by "https://a.test"'],
  [{ method: 'GET', origin: evil }, /does not allow the origin "https:\/\/evil.test"\.$/],
  [{ method: 'GET', origin: 'http://a.test' }, 'It allows "https://a.test": the scheme differs'],
  [{ method: 'GET', origin: `${a}/` }, 'without a slash'],
  [{ method: 'GET', origin: `${a}:8443` }, 'the port differs'],
  [{ method: 'GET', origin: 'https://A.test' }, 'lower case'],
  [{ method: 'GET', origin: 'https://www.a.test' }, 'www. makes another host'],
  [{ ...put, requestMethod: 'DELETE' }, 'the method "DELETE"'],
  [{ ...put, requestMethod: 'put' }, 'the method "PUT", not "put"'],
  [{ ...put, requestMethod: 'A B' }, 'which is no method'],
  [{ ...put, requestHeaders: 'x-other' }, 'the request header "x-other"'],
  [{ ...put, requestHeaders: 'x other' }, 'is no header name'],
])('%j is described', (facts, sentence) => {
  expect(describeDecision(p1, facts, decide(p1, facts))).toMatch(sentence);
});

test('a twin of localhost is named', () => {
  const policy = orThrow(compilePolicy({ origins: ['http://localhost:*'] }));
  const facts = { method: 'GET', origin: 'http://127.0.0.1:3000' };
  expect(describeDecision(policy, facts, decide(policy, facts))).toContain(
    'It allows "http://localhost:3000"',
  );
});

const origins = [
  'https://a.test',
  'https://b.test',
  'https://x.b.test',
  'http://localhost:1',
  'null',
];
const config = fc.record({
  origins: fc.uniqueArray(
    fc.constantFrom('https://a.test', 'https://*.b.test', 'http://localhost:*', 'https://c.test'),
  ),
  credentials: fc.boolean(),
  methods: fc.uniqueArray(fc.constantFrom('PUT', 'DELETE', 'PATCH')),
  requestHeaders: fc.uniqueArray(fc.constantFrom('x-a', 'x-b', 'authorization')),
  exposeHeaders: fc.uniqueArray(fc.constantFrom('etag', 'location')),
  onDenied: fc.constantFrom('continue' as const, 'reject' as const),
});
const facts = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'OPTIONS'),
  origin: fc.option(fc.oneof(fc.constantFrom(...origins), fc.string()), { nil: undefined }),
  requestMethod: fc.option(fc.constantFrom('GET', 'PUT', 'DELETE', 'put', ''), { nil: undefined }),
  requestHeaders: fc.option(fc.oneof(fc.constantFrom('x-a', 'x-b,x-a', 'x-c'), fc.string()), {
    nil: undefined,
  }),
});

test('an origin that is not allowed gets no permission of any kind, and every answer varies', () => {
  fc.assert(
    fc.property(config, facts, (written, asked) => {
      const decision = decide(orThrow(compilePolicy(written)), asked);
      const { origin = '' } = asked;
      const listed =
        (origin === 'https://a.test' && written.origins.includes('https://a.test')) ||
        (origin === 'https://x.b.test' && written.origins.includes('https://*.b.test')) ||
        (origin === 'http://localhost:1' && written.origins.includes('http://localhost:*'));
      const granted = Object.keys(decision.headers).filter((name) => name.startsWith('Access'));
      expect(listed || granted.length === 0).toBe(true);
      expect(decision.headers['Access-Control-Allow-Origin'] ?? origin).toBe(origin);
      expect(decision.vary).toContain('Origin');
      // What is rejected carries no permission either.
      expect(decision.status !== 403 || granted.length === 0).toBe(true);
      expect(listed || decision.kind === 'none' || !decision.allowed).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
