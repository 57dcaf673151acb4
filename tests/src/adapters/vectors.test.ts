import {
  compilePolicy,
  decide,
  describeDecision,
  orThrow,
  type CorsDecision,
  type CorsFacts,
  type CorsPolicy,
} from '@causeway/cors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Served } from './contender.ts';
import { contenders } from './contenders.ts';
import { exchange, type Answer, type Ask } from './exchange.ts';

// Vectors V16 over real HTTP, through every adapter. Row 16.10 to 16.12 and 16.22 concern the engine;
// they are asked here as well, because what an adapter hands to it is half of the matter.
const A = 'https://a.example';
const evil = 'https://evil.example';
const allVary = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
const P1 = {
  origins: [A],
  credentials: true,
  methods: ['GET', 'PUT'],
  requestHeaders: ['x-test'],
  exposeHeaders: ['ETag'],
  maxAgeSeconds: 600,
} as const;
const P2 = {
  origins: ['*'],
  methods: ['*'],
  requestHeaders: ['*'],
  exposeHeaders: ['ETag'],
} as const;
const preflight = (method: string, headers?: string | string[]): Ask => ({
  method: 'OPTIONS',
  headers: {
    Origin: A,
    'Access-Control-Request-Method': method,
    ...(headers === undefined ? {} : { 'Access-Control-Request-Headers': headers }),
  },
});

/** Decides by the policy, and keeps what was decided. */
class Witness {
  readonly policy: CorsPolicy;
  last: CorsDecision | undefined;
  sentence = '';
  constructor(policy: CorsPolicy) {
    this.policy = policy;
  }
  decide(facts: CorsFacts): CorsDecision {
    this.last = decide(this.policy, facts);
    this.sentence = describeDecision(this.policy, facts, this.last);
    return this.last;
  }
}

function permissions(answer: Answer): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['origin', 'credentials', 'methods', 'headers'] as const) {
    const value = answer.header(`access-control-allow-${name}`);
    if (value !== undefined) found[name] = value;
  }
  for (const [key, name] of [
    ['expose', 'access-control-expose-headers'],
    ['maxAge', 'access-control-max-age'],
    ['vary', 'vary'],
  ] as const) {
    const value = answer.header(name);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

describe.each(contenders)('vectors 16 through $name', (contender) => {
  const first = new Witness(orThrow(compilePolicy(P1)));
  const strict = new Witness(orThrow(compilePolicy({ ...P1, onDenied: 'reject' })));
  const second = new Witness(orThrow(compilePolicy(P2)));
  let p1: Served;
  let p1Strict: Served;
  let p2: Served;
  const replaced: string[] = [];
  beforeAll(async () => {
    const onReplaced = (name: string, value: string): void =>
      void replaced.push(`${name}: ${value}`);
    p1 = await contender.serve(first, { onReplaced });
    p1Strict = await contender.serve(strict, {});
    p2 = await contender.serve(second, {});
  });
  afterAll(async () => Promise.all([p1.close(), p1Strict.close(), p2.close()]));

  const actual = { origin: A, credentials: 'true', expose: 'ETag', vary: 'Origin' };
  const granted = {
    origin: A,
    credentials: 'true',
    methods: 'GET,PUT',
    headers: 'x-test',
    maxAge: '600',
    vary: allVary,
  };

  test('16.1 without Origin', async () => {
    const answer = await exchange(`${p1.url}/answer`);
    expect(answer.body).toBe('answer 200');
    expect(permissions(answer)).toEqual({ vary: 'Origin' });
  });

  test('16.2 an allowed origin', async () => {
    const answer = await exchange(`${p1.url}/answer`, { headers: { Origin: A } });
    expect(answer.body).toBe('answer 200');
    expect(permissions(answer)).toEqual(actual);
  });

  test('16.3 an origin that is not allowed', async () => {
    const answer = await exchange(`${p1.url}/answer`, { headers: { Origin: evil } });
    expect(answer.body).toBe('answer 200');
    expect(permissions(answer)).toEqual({ vary: 'Origin' });
    expect(first.last?.reason.code).toBe('origin-not-allowed');
    const rejected = await exchange(`${p1Strict.url}/answer`, { headers: { Origin: evil } });
    expect([rejected.status, rejected.body]).toEqual([403, '']);
    expect(permissions(rejected)).toEqual({ vary: 'Origin' });
  });

  test('16.4 a granted preflight', async () => {
    const answer = await exchange(`${p1.url}/answer`, preflight('PUT', 'x-test'));
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(permissions(answer)).toEqual(granted);
  });

  test('16.5 OPTIONS with Origin alone is the application’s own', async () => {
    const answer = await exchange(`${p1.url}/own`, { method: 'OPTIONS', headers: { Origin: A } });
    expect([answer.status, answer.body]).toEqual([200, 'own']);
    expect(answer.header('allow')).toBe('OPTIONS, GET');
    expect(permissions(answer)).toEqual(actual);
  });

  test('16.6 OPTIONS without Origin is the application’s own', async () => {
    const headers = { 'Access-Control-Request-Method': 'PUT' };
    const answer = await exchange(`${p1.url}/own`, { method: 'OPTIONS', headers });
    expect([answer.status, answer.body]).toEqual([200, 'own']);
    expect(permissions(answer)).toEqual({ vary: 'Origin' });
  });

  test('16.7 a preflight of an origin that is not allowed', async () => {
    const headers = { Origin: evil, 'Access-Control-Request-Method': 'PUT' };
    const answer = await exchange(`${p1.url}/answer`, { method: 'OPTIONS', headers });
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(permissions(answer)).toEqual({ vary: allVary });
    expect(first.last?.reason.code).toBe('origin-not-allowed');
    const rejected = await exchange(`${p1Strict.url}/answer`, { method: 'OPTIONS', headers });
    expect([rejected.status, rejected.body]).toEqual([403, '']);
    expect(permissions(rejected)).toEqual({ vary: allVary });
  });

  test('16.8 a method that is not allowed', async () => {
    const answer = await exchange(`${p1.url}/answer`, preflight('DELETE'));
    expect(answer.status).toBe(204);
    // The console of the browser names the method, because origin and methods are answered.
    expect(permissions(answer)).toEqual(granted);
    expect(first.last).toMatchObject({ allowed: false, reason: { code: 'method-not-allowed' } });
  });

  test('16.9 a method in lower case', async () => {
    await exchange(`${p1.url}/answer`, preflight('put'));
    expect(first.last).toMatchObject({ allowed: false, reason: { code: 'method-case' } });
    expect(first.sentence).toContain('browsers capitalise put but not patch');
  });

  test.each([
    ['X-Test', true],
    ['x-test , content-type', false],
    [' , ,x-test', true],
    [['x-test', 'x-test'], true],
    [['x-test', 'b'], false],
    ['x-test,b,a', false],
  ])('16.10 requested headers %j', async (headers, allowed) => {
    const answer = await exchange(`${p1.url}/answer`, preflight('PUT', headers));
    expect(answer.status).toBe(204);
    expect(first.last?.allowed).toBe(allowed);
  });

  test.each([
    ['commas', ','.repeat(15_000)],
    ['spaces', `x${' '.repeat(14_998)}x`],
    ['names', 'a,'.repeat(7_500)],
  ])('16.11 15 kB of %s, as much as Node takes', async (_, headers) => {
    const answer = await exchange(`${p1.url}/answer`, preflight('PUT', headers));
    expect(answer.status).toBe(204);
    expect(permissions(answer)).toEqual(granted);
    expect(first.last).toMatchObject({ allowed: false, reason: { code: 'headers-invalid' } });
  });

  test.each(['GET, PUT', 'BAD METHOD'])('16.12 the method %s', async (method) => {
    const answer = await exchange(`${p1.url}/answer`, preflight(method));
    expect(answer.status).toBe(204);
    expect(first.last).toMatchObject({ allowed: false, reason: { code: 'method-not-a-token' } });
  });

  test.each(['origin', '*', 'Accept-Encoding, Origin'])('16.15 Vary: %s stays', async (vary) => {
    const url = `${p1.url}/answer?header=${encodeURIComponent(`Vary:${vary}`)}`;
    expect((await exchange(url, { headers: { Origin: A } })).header('vary')).toBe(vary);
  });

  test('16.16 what the handler said is replaced, with a warning', async () => {
    replaced.length = 0;
    const says = ['Access-Control-Allow-Origin:*', 'Access-Control-Allow-Credentials:TRUE'];
    const query = says.map((text) => `header=${encodeURIComponent(text)}`).join('&');
    const answer = await exchange(`${p1.url}/answer?${query}`, { headers: { Origin: A } });
    expect(permissions(answer)).toEqual(actual);
    expect(replaced.toSorted()).toEqual([
      'Access-Control-Allow-Credentials: TRUE',
      'Access-Control-Allow-Origin: *',
    ]);
    const denied = await exchange(`${p1.url}/answer?${query}`, { headers: { Origin: evil } });
    expect(permissions(denied)).toEqual({ vary: 'Origin' });
  });

  test.each([401, 404, 413, 429, 500, 504])('16.17 an answer of %i', async (status) => {
    const answer = await exchange(`${p1.url}/answer?status=${status}`, { headers: { Origin: A } });
    expect(answer.status).toBe(status);
    expect(permissions(answer)).toEqual(actual);
  });

  test.each(['throws', 'rejects'])('16.17 a handler that %s', async (path) => {
    const answer = await exchange(`${p1.url}/${path}`, { headers: { Origin: A } });
    expect(answer.status).toBe(500);
    expect(permissions(answer)).toEqual(actual);
  });

  test('16.17 what the framework answers by itself', async () => {
    const missing = await exchange(`${p1.url}/missing`, { headers: { Origin: A } });
    expect(missing.status).toBe(404);
    expect(permissions(missing)).toEqual(actual);
    const large = await exchange(`${p1.url}/limited`, {
      method: 'POST',
      headers: { Origin: A, 'Content-Type': 'text/plain', 'Content-Length': '101' },
      body: 'x'.repeat(101),
    });
    expect(large.status).toBe(413);
    expect(permissions(large)).toEqual(actual);
  });

  test('16.18 304', async () => {
    const headers = { Origin: A, 'If-None-Match': '"v1"' };
    const answer = await exchange(`${p1.url}/cached`, { headers });
    expect([answer.status, answer.body]).toEqual([304, '']);
    expect(permissions(answer)).toEqual(actual);
  });

  test('16.19, 16.20 for everybody, every answer is the same', async () => {
    const anyone = { origin: '*', expose: 'ETag' };
    const without = await exchange(`${p2.url}/answer`);
    const stranger = await exchange(`${p2.url}/answer`, { headers: { Origin: evil } });
    expect(permissions(without)).toEqual(anyone);
    expect(permissions(stranger)).toEqual(anyone);
  });

  test('16.21 a wildcard does not cover Authorization', async () => {
    const answer = await exchange(`${p2.url}/answer`, preflight('PATCH', 'authorization'));
    expect(permissions(answer)).toEqual({ origin: '*', methods: '*', headers: '*' });
    expect(second.last?.reason.code).toBe('authorization-not-listed');
  });

  test('16.22 a wildcard with credentials is no policy', () => {
    expect(compilePolicy({ ...P2, credentials: true })).toMatchObject({ ok: false });
  });

  test('16.23 a site’s own POST behind a proxy is not judged', async () => {
    const own = {
      Origin: 'https://public.example',
      Host: 'internal:8080',
      'Sec-Fetch-Site': 'same-origin',
    };
    for (const { url } of [p1, p1Strict]) {
      const answer = await exchange(`${url}/answer`, { method: 'POST', headers: own });
      expect(answer.body).toBe('answer 200');
      expect(permissions(answer)).toEqual({ vary: 'Origin' });
    }
    const foreign = { ...own, 'Sec-Fetch-Site': 'same-site' };
    const answer = await exchange(`${p1Strict.url}/answer`, { method: 'POST', headers: foreign });
    expect(answer.status).toBe(403);
  });
});
