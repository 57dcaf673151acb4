import { expect, test } from 'vitest';
import { PreflightCache } from './preflight-cache.ts';
import type { Engine, HeaderList, RequestFacts, ServerResponse } from './request.ts';
import { simulate } from './simulate.ts';
import type { Trace } from './trace.ts';

// Where elements and frames differ between engines, as the differential proof found it.

const a = 'https://a.test';
const b = 'https://b.test';
const page = { origin: a };
const engines = ['spec', 'chromium', 'firefox', 'webkit'] as const;
const any: HeaderList = [['Access-Control-Allow-Origin', '*']];
const png: ServerResponse = { status: 200, headers: [...any, ['Content-Type', 'image/png']] };
const to = (url: string, status = 307): ServerResponse => ({
  status,
  headers: [...any, ['Location', url]],
});

interface Ran {
  readonly trace: Trace;
  /** The Origin header of each request. */
  readonly origins: readonly (string | undefined)[];
}

function run(engine: Engine, facts: RequestFacts, first: ServerResponse = png): Ran {
  const origins: (string | undefined)[] = [];
  const trace = simulate(
    facts,
    ({ headers }) => {
      origins.push(headers.find(([name]) => name === 'Origin')?.[1]);
      return origins.length === 1 ? first : png;
    },
    engine,
  );
  return { trace, origins };
}

test('Chromium and WebKit say the origin of an element with crossorigin within it too', () => {
  const facts = { page, url: `${a}/1`, initiator: 'img', crossorigin: 'anonymous' } as const;
  const said = engines.map((engine) => run(engine, facts).origins[0]);
  expect(said).toEqual([undefined, a, undefined, a]);
});

test('Chromium hides the origin of a no-cors request that crossed origins', () => {
  const facts = { page, url: `${a}/1`, initiator: 'beacon', body: { kind: 'text' } } as const;
  const said = engines.map((engine) => run(engine, facts, to(`${b}/2`)).origins[1]);
  expect(said).toEqual([a, 'null', a, a]);
});

test('WebKit goes on saying the origin when a POST has become a GET', () => {
  const facts = { page, url: `${b}/1`, initiator: 'beacon', body: { kind: 'text' } } as const;
  const said = engines.map((engine) => run(engine, facts, to(`${b}/2`, 302)).origins[1]);
  expect(said).toEqual([undefined, undefined, undefined, a]);
});

test('a referrer policy hides the origin of a no-cors POST, but not in Chromium', () => {
  const hiding = { ...page, referrerPolicy: 'same-origin' } as const;
  const facts = {
    page: hiding,
    url: `${b}/1`,
    initiator: 'beacon',
    body: { kind: 'text' },
  } as const;
  expect(engines.map((engine) => run(engine, facts).origins[0])).toEqual([
    'null',
    a,
    'null',
    'null',
  ]);
});

test('in Firefox an opaque page says null with an image of its own site', () => {
  const opaque = { origin: 'null', topLevelSite: 'https://x.b.test' };
  const facts = { page: opaque, url: 'https://y.b.test/', initiator: 'img' } as const;
  const said = engines.map((engine) => run(engine, facts).origins[0]);
  expect(said).toEqual([undefined, undefined, 'null', undefined]);
  const far = { ...facts, url: 'https://c.test/' };
  expect(run('firefox', far).origins[0]).toBe(undefined);
});

test('Chromium keeps no preflight for an opaque page', () => {
  const facts = { page: { origin: 'null', topLevelSite: a }, url: `${b}/1`, method: 'PUT' };
  const headers: HeaderList = [...any, ['Access-Control-Allow-Methods', 'PUT']];
  const second = engines.map((engine) => {
    const cache = new PreflightCache(engine, () => 0);
    let asked = 0;
    const server = (): ServerResponse => {
      asked += 1;
      return { status: 200, headers };
    };
    simulate(facts, server, engine, { cache });
    simulate(facts, server, engine, { cache });
    return asked;
  });
  expect(second).toEqual([3, 4, 3, 3]);
});

test('Chromium follows no user name for an image, but for XMLHttpRequest and a beacon', () => {
  const named = to('https://u:p@a.test/2', 302);
  const count = (initiator: 'img' | 'xhr' | 'beacon'): number =>
    run('chromium', { page, url: `${a}/1`, initiator }, named).origins.length;
  expect([count('img'), count('xhr'), count('beacon')]).toEqual([1, 2, 2]);
  const facts = { page, url: `${a}/1`, initiator: 'img' } as const;
  expect(run('spec', facts, named).origins).toHaveLength(2);
});

test('Firefox shows the body of a redirect to a scheme that nobody knows', () => {
  const redirect = {
    status: 302,
    headers: [...png.headers, ['Location', 'ftp://a.test/x']],
  } as const;
  const facts = { page, url: `${a}/1`, initiator: 'img' } as const;
  const used = engines.map((engine) => run(engine, facts, redirect).trace.element?.used);
  expect(used).toEqual([false, false, true, false]);
});

test('under require-corp Firefox lets pass what it cannot read', () => {
  const strict = { ...page, embedderPolicy: 'require-corp' } as const;
  const facts = { page: strict, url: `${b}/1`, initiator: 'img' } as const;
  const answer = {
    status: 200,
    headers: [
      ['Content-Type', 'image/png'],
      ['Cross-Origin-Resource-Policy', 'bogus'],
    ],
  } as const;
  const verdicts = engines.map((engine) => run(engine, facts, answer).trace.verdict);
  expect(verdicts).toEqual(['blocked', 'blocked', 'opaque', 'blocked']);
});

test('in Chromium a script that is a redirect to nowhere is a script', () => {
  const facts = { page, url: `${b}/1`, initiator: 'script' } as const;
  const answer = { status: 302, headers: [] };
  const used = engines.map((engine) => run(engine, facts, answer).trace.element?.used);
  expect(used).toEqual([false, true, false, false]);
});

test('Chromium hides no origin within it either', () => {
  const hidden = { ...page, referrerPolicy: 'no-referrer' } as const;
  const facts = { page: hidden, url: `${a}/1`, method: 'PATCH', mode: 'same-origin' } as const;
  expect(run('spec', facts).origins[0]).toBe('null');
  expect(run('chromium', facts).origins[0]).toBe(a);
});

test('a document that a redirect brought home is not blocked as opaque', () => {
  const facts = { page, url: `${b}/1`, initiator: 'script' } as const;
  const json = { status: 200, headers: [['Content-Type', 'application/json']] } as const;
  const ended = (last: string): string =>
    simulate(facts, ({ url }) => (url === last ? json : to(last)), 'chromium').verdict;
  expect(ended(`${a}/2`)).toBe('opaque');
  expect(ended(`${b}/2`)).toBe('blocked');
});

test('a style sheet needs no type, but a status that is ok', () => {
  const facts = { page, url: `${a}/1`, initiator: 'stylesheet' } as const;
  const used = (status: number, headers: HeaderList): boolean | undefined =>
    run('chromium', facts, { status, headers }).trace.element?.used;
  expect(used(200, [])).toBe(true);
  expect(used(200, [['Content-Type', 'nonsense']])).toBe(true);
  expect(used(200, [['Content-Type', 'text/plain']])).toBe(false);
  expect(used(404, [['Content-Type', 'text/css']])).toBe(false);
});
