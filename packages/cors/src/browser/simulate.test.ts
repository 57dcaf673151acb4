import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../decide.ts';
import { orThrow } from '../issue.ts';
import { compilePolicy } from '../policy.ts';
import type { Engine, HeaderList, RequestFacts, Server } from './request.ts';
import { simulate } from './simulate.ts';

const engines = fc.constantFrom<Engine>('spec', 'chromium', 'firefox', 'webkit');
const names = fc.constantFrom(
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Methods',
  'Access-Control-Allow-Headers',
  'Access-Control-Expose-Headers',
  'Access-Control-Max-Age',
  'Location',
  'Content-Type',
  'X-Content-Type-Options',
  'Cross-Origin-Resource-Policy',
  'Timing-Allow-Origin',
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('*', 'null', 'https://a.test', 'https://b.test/2', 'true', '//', 'PUT, x'),
);
const headers = fc.array(fc.tuple(fc.oneof(names, text), text), { maxLength: 8 });
const facts = fc.record(
  {
    page: fc.record({ origin: fc.oneof(fc.constant('https://a.test'), text) }),
    url: fc.oneof(fc.constantFrom('https://b.test/', 'https://a.test/', 'data:,x'), text),
    initiator: fc.constantFrom(
      ...(['fetch', 'xhr', 'img', 'script', 'iframe', 'form', 'beacon', 'websocket'] as const),
    ),
    method: fc.oneof(fc.constantFrom('GET', 'PUT', 'patch', '*'), text),
    headers,
    mode: fc.constantFrom('cors', 'no-cors', 'same-origin', 'navigate'),
    credentials: fc.constantFrom('omit', 'same-origin', 'include'),
    redirect: fc.constantFrom('follow', 'error', 'manual'),
  },
  { requiredKeys: ['page', 'url'] },
) satisfies fc.Arbitrary<RequestFacts>;

test('no facts and no answer make it throw, and it always comes to an end', () => {
  fc.assert(
    fc.property(
      facts,
      fc.array(fc.tuple(fc.integer({ min: 100, max: 599 }), headers), { minLength: 1 }),
      engines,
      (request, answers, engine) => {
        let asked = 0;
        const server: Server = () => {
          const [status, list] = answers[asked++ % answers.length] ?? [200, []];
          return { status, headers: list };
        };
        const trace = simulate(request, server, engine);
        expect(asked).toBeLessThanOrEqual(42);
        expect(trace.failure === undefined).toBe(trace.verdict !== 'blocked');
        const hidden = trace.verdict === 'readable' || trace.visibleHeaders.length === 0;
        expect(hidden).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a promise of an answer gives a promise of the same trace', async () => {
  await fc.assert(
    fc.asyncProperty(facts, headers, engines, async (request, list, engine) => {
      const answer = { status: 200, headers: list };
      const later = await simulate(request, async () => answer, engine);
      expect(later).toEqual(simulate(request, () => answer, engine));
    }),
    { numRuns: 200 },
  );
});

const origins = [
  'https://a.test',
  'https://x.site.test',
  'http://localhost:3000',
  'https://e.test',
];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'patch'];
const fields = ['x-one', 'x-two', 'authorization'];

test('what a policy allows is what a page can read, in every engine', () => {
  fc.assert(
    fc.property(
      fc.record({
        origins: fc.uniqueArray(
          fc.constantFrom('https://a.test', 'https://*.site.test', 'http://localhost:*'),
        ),
        credentials: fc.boolean(),
        methods: fc.uniqueArray(fc.constantFrom('PUT', 'DELETE', 'patch')),
        requestHeaders: fc.uniqueArray(fc.constantFrom(...fields)),
      }),
      fc.record({
        origin: fc.constantFrom(...origins),
        method: fc.constantFrom(...methods),
        field: fc.option(fc.constantFrom(...fields), { nil: undefined }),
        include: fc.boolean(),
      }),
      engines,
      (config, ask, engine) => {
        const policy = orThrow(compilePolicy(config));
        const server: Server = (request) => {
          const value = (name: string): string | undefined =>
            request.headers.find(([one]) => one.toLowerCase() === name)?.[1];
          const decision = decide(policy, {
            method: request.method,
            origin: value('origin'),
            requestMethod: value('access-control-request-method'),
            requestHeaders: value('access-control-request-headers'),
          });
          const status = decision.kind === 'preflight' ? decision.status : 200;
          return { status, headers: Object.entries(decision.headers) as HeaderList };
        };
        const trace = simulate(
          {
            page: { origin: ask.origin },
            url: 'https://api.test/',
            method: ask.method,
            headers: ask.field === undefined ? [] : [[ask.field, '1']],
            credentials: ask.include ? 'include' : 'omit',
          },
          server,
          engine,
        );
        const pattern: Record<string, string> = {
          'https://a.test': 'https://a.test',
          'https://x.site.test': 'https://*.site.test',
          'http://localhost:3000': 'http://localhost:*',
        };
        const allowed =
          config.origins.some((one) => one === pattern[ask.origin]) &&
          (['GET', 'POST'].includes(ask.method) ||
            config.methods.some((one) => one === ask.method)) &&
          (ask.field === undefined || config.requestHeaders.includes(ask.field)) &&
          (!ask.include || config.credentials);
        expect(trace.verdict).toBe(allowed ? 'readable' : 'blocked');
      },
    ),
    { numRuns: 2000 },
  );
});
