import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PreflightCache } from './browser/preflight-cache.ts';
import type { Engine, RequestFacts, SentRequest } from './browser/request.ts';
import { simulate } from './browser/simulate.ts';
import type { CorsConfig } from './config.ts';
import { decide } from './decide.ts';
import type { CorsHeaders } from './decision.ts';
import { orThrow } from './issue.ts';
import { compilePolicy } from './policy.ts';
import type { CorsPolicy } from './policy.ts';

const a = 'https://a.test';
const listed: CorsConfig = {
  origins: [a],
  methods: ['PUT', 'DELETE'],
  requestHeaders: ['x-a', 'x-b'],
  maxAgeSeconds: 600,
};
const open: CorsConfig = {
  origins: ['*'],
  methods: ['*', 'PATCH'],
  requestHeaders: ['*', 'x-a', 'Authorization'],
  maxAgeSeconds: 600,
};
const asking = (method: string, headers?: string) => ({
  method: 'OPTIONS',
  origin: a,
  requestMethod: method,
  requestHeaders: headers,
});
const compiled = (config: CorsConfig): CorsPolicy => orThrow(compilePolicy(config));
const lists = (headers: CorsHeaders) => [
  headers['Access-Control-Allow-Methods'],
  headers['Access-Control-Allow-Headers'],
];

test('static-full names everything, whatever was asked for', () => {
  const policy = compiled(listed);
  expect(lists(decide(policy, asking('PUT')).headers)).toEqual(['PUT,DELETE', 'x-a,x-b']);
  expect(lists(decide(policy, asking('PATCH', 'x-z')).headers)).toEqual(['PUT,DELETE', 'x-a,x-b']);
});

test('echo-bounded names what was asked for, as far as it is allowed', () => {
  const policy = compiled({ ...listed, preflightAnswer: 'echo-bounded' });
  const granted = decide(policy, asking('PUT', 'X-A'));
  expect(granted.allowed).toBe(true);
  expect(lists(granted.headers)).toEqual(['PUT', 'x-a']);
  expect(granted.headers['Access-Control-Max-Age']).toBe('600');
  const refused = decide(policy, asking('PATCH', 'x-z,x-b'));
  expect(refused.allowed).toBe(false);
  expect(lists(refused.headers)).toEqual([undefined, 'x-b']);
});

test('echo-bounded answers "*" with names, and never more than were read', () => {
  const policy = compiled({ ...open, preflightAnswer: 'echo-bounded' });
  const granted = decide(policy, asking('REPORT', 'x-q,authorization'));
  expect(lists(granted.headers)).toEqual(['REPORT', 'x-q,authorization']);
  expect(granted.vary).toEqual(['Access-Control-Request-Method', 'Access-Control-Request-Headers']);
  const hostile = decide(policy, asking('PUT', 'x,'.repeat(5000)));
  expect(hostile.reason).toEqual({ code: 'headers-invalid', problem: 'too-long' });
  expect(lists(hostile.headers)).toEqual(['PUT', undefined]);
});

test('wildcard says "*", and Authorization by name', () => {
  const policy = compiled({ ...open, preflightAnswer: 'wildcard' });
  expect(lists(decide(policy, asking('PUT')).headers)).toEqual(['*', '*,authorization']);
  const closed = compiled({ ...open, requestHeaders: ['*'], preflightAnswer: 'wildcard' });
  expect(lists(decide(closed, asking('PUT')).headers)).toEqual(['*', '*']);
});

test('wildcard is refused where it would allow more than the policy, or nothing', () => {
  const problems = (config: CorsConfig) => {
    const result = compilePolicy({ ...config, preflightAnswer: 'wildcard' });
    return result.ok ? [] : result.issues.map(({ code, path }) => `${code} ${path}`);
  };
  expect(problems(listed)).toEqual(['preflight-answer-wider preflightAnswer']);
  expect(problems({ ...listed, methods: ['*'] })).toEqual([
    'preflight-answer-wider preflightAnswer',
  ]);
  expect(problems({ ...listed, credentials: true })).toEqual([
    'wildcard-with-credentials preflightAnswer',
  ]);
});

const answers = ['static-full', 'echo-bounded', 'wildcard'] as const;

test('no way of answering allows a request that the policy does not', () => {
  const methods = fc.uniqueArray(fc.constantFrom('PUT', 'DELETE', 'patch', '*'));
  const names = fc.constantFrom('x-a', 'x-b', 'authorization');
  const config = fc.record({
    origins: fc.constantFrom(['*'], [a]),
    methods,
    requestHeaders: fc.uniqueArray(fc.oneof(names, fc.constant('*'))),
    preflightAnswer: fc.constantFrom(...answers),
  });
  const ask = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'DELETE', 'patch'),
    headers: fc.uniqueArray(names),
  });
  fc.assert(
    fc.property(config, ask, (written, { method, headers }) => {
      const result = compilePolicy(written);
      if (!result.ok) return;
      const facts: RequestFacts = {
        page: { origin: a },
        url: 'https://b.test/u',
        method,
        headers: headers.map((name) => [name, '1'] as const),
      };
      const listed = written.requestHeaders;
      const allowed =
        (method === 'GET' || written.methods.includes('*') || written.methods.includes(method)) &&
        headers.every(
          (name) => listed.includes(name) || (listed.includes('*') && name !== 'authorization'),
        );
      expect(simulate(facts, serverOf(result.policy), 'spec').verdict === 'readable').toBe(allowed);
    }),
    { numRuns: 500 },
  );
});

function serverOf(policy: CorsPolicy, seen: SentRequest[] = []) {
  return (request: SentRequest) => {
    seen.push(request);
    const header = (name: string) => request.headers.find(([one]) => one === name)?.[1];
    const decision = decide(policy, {
      method: request.method,
      origin: header('Origin'),
      requestMethod: header('Access-Control-Request-Method'),
      requestHeaders: header('Access-Control-Request-Headers'),
    });
    return { status: decision.status ?? 200, headers: Object.entries(decision.headers) };
  };
}

/** How many preflights the requests of a page that edits one thing cost. */
function preflights(config: CorsConfig, engine: Engine): number {
  const seen: SentRequest[] = [];
  const cache = new PreflightCache(engine, () => 0);
  for (const method of ['PUT', 'DELETE', 'PUT', 'DELETE']) {
    const facts = { page: { origin: a }, url: 'https://b.test/u', method };
    simulate(facts, serverOf(compiled(config), seen), engine, { cache });
  }
  return seen.filter(({ kind }) => kind === 'preflight').length;
}

// The table in the README.
test.each([
  { answer: 'static-full', config: listed, spec: 1, chromium: 1, firefox: 1, webkit: 1 },
  { answer: 'echo-bounded', config: listed, spec: 2, chromium: 4, firefox: 2, webkit: 4 },
  { answer: 'wildcard', config: open, spec: 1, chromium: 1, firefox: 4, webkit: 1 },
] as const)(
  'four requests, $answer: $chromium preflights in Chromium',
  ({ answer, config, ...counts }) => {
    for (const engine of ['spec', 'chromium', 'firefox', 'webkit'] as const) {
      expect(`${engine} ${preflights({ ...config, preflightAnswer: answer }, engine)}`).toBe(
        `${engine} ${counts[engine]}`,
      );
    }
  },
);
