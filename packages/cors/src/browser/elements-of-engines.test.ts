import { expect, test } from 'vitest';
import { PreflightCache } from './preflight-cache.ts';
import type { Engine, HeaderList, RequestFacts, SentRequest, ServerResponse } from './request.ts';
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

test('WebKit goes on saying the origin when a POST has become a GET within one origin', () => {
  const facts = { page, url: `${b}/1`, initiator: 'beacon', body: { kind: 'text' } } as const;
  const said = engines.map((engine) => run(engine, facts, to(`${b}/2`, 302)).origins[1]);
  expect(said).toEqual([undefined, undefined, undefined, a]);
  expect(run('webkit', facts, to(`${a}/2`, 302)).origins[1]).toBe(undefined);
});

test('in WebKit the beacon of an opaque page says the origin of its address', () => {
  const opaque = { origin: 'null', url: `${a}/page`, topLevelSite: a };
  const facts = {
    page: opaque,
    url: `${b}/1`,
    initiator: 'beacon',
    body: { kind: 'text' },
  } as const;
  const said = engines.map((engine) => run(engine, facts).origins[0]);
  expect(said).toEqual(['null', 'null', 'null', a]);
  expect(run('webkit', facts, to(`${a}/2`)).origins).toEqual([a, 'null']);
  const nowhere = { ...facts, page: { origin: 'null' } };
  expect(run('webkit', nowhere).origins[0]).toBe('null');
});

test('a redirect to another origin makes WebKit forget the referrer policy', () => {
  const hiding = { ...page, referrerPolicy: 'no-referrer' } as const;
  const facts = {
    page: hiding,
    url: `${a}/1`,
    initiator: 'beacon',
    body: { kind: 'text' },
  } as const;
  const said = (engine: Engine, next: string): readonly (string | undefined)[] =>
    run(engine, facts, to(next)).origins;
  expect(said('webkit', `${b}/2`)).toEqual(['null', a]);
  expect(said('webkit', `${a}/2`)).toEqual(['null', 'null']);
  expect(said('spec', `${b}/2`)).toEqual(['null', 'null']);
});

test('in WebKit a redirect to a scheme that nobody knows fails though it is not followed', () => {
  const facts = { page, url: `${a}/1`, redirect: 'manual' } as const;
  const kinds = (url: string): readonly (string | undefined)[] =>
    engines.map((engine) => run(engine, facts, to(url)).trace.failure?.kind);
  const none = undefined;
  expect(kinds('ftp://a.test/x')).toEqual([none, none, none, 'CorsDisabledScheme']);
  expect(kinds('data:text/plain,x')).toEqual([none, none, none, none]);
});

test('WebKit shows the timing of a tainted image to the origin of the page', () => {
  const facts = { page, url: `${b}/1`, initiator: 'img' } as const;
  const shown = (engine: Engine, origin: string): boolean => {
    const timing: HeaderList = [['Timing-Allow-Origin', origin]];
    const first = {
      status: 302,
      headers: [
        ['Timing-Allow-Origin', '*'],
        ['Location', a],
      ],
    } as const;
    const server = ({ url }: SentRequest): ServerResponse =>
      url === facts.url ? first : { status: 200, headers: timing };
    return simulate(facts, server, engine).timingVisible;
  };
  expect(engines.map((engine) => shown(engine, a))).toEqual([false, false, false, true]);
  expect(engines.map((engine) => shown(engine, 'null'))).toEqual([true, true, true, false]);
});

test('for WebKit an answer without Location is no redirect', () => {
  const answer = { status: 302, headers: any };
  const facts = { page, url: `${b}/1` } as const;
  const ended = (redirect: 'error' | 'manual'): readonly (readonly [string, boolean])[] =>
    engines.map((engine) => {
      const { verdict, bodyReadable } = run(engine, { ...facts, redirect }, answer).trace;
      return [verdict, bodyReadable];
    });
  const blocked = ['blocked', false];
  const hidden = ['opaque', false];
  expect(ended('error')).toEqual([blocked, blocked, blocked, ['readable', true]]);
  expect(ended('manual')).toEqual([hidden, hidden, hidden, ['opaque', true]]);
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

test('in Firefox a page of elsewhere says its origin with what it asks of the site in the address bar', () => {
  const opaque = { origin: 'null', topLevelSite: 'https://x.b.test' };
  const facts = { page: opaque, url: 'https://y.b.test/', initiator: 'img' } as const;
  const said = engines.map((engine) => run(engine, facts).origins[0]);
  expect(said).toEqual([undefined, undefined, 'null', undefined]);
  const firefox = (less: Partial<RequestFacts>, first = png): readonly (string | undefined)[] =>
    run('firefox', { ...facts, ...less }, first).origins;
  expect(firefox({ page: { ...opaque, origin: a } })).toEqual([a]);
  expect(firefox({ page: { ...opaque, origin: 'https://z.b.test' } })).toEqual([undefined]);
  expect(firefox({ url: 'https://c.test/' })).toEqual([undefined]);
  expect(firefox({ url: 'http://y.b.test/' })).toEqual([undefined]);
  const local = { origin: 'null', topLevelSite: 'http://localhost:1' };
  expect(firefox({ page: local, url: 'http://localhost:2/' })).toEqual(['null']);
  // Only with credentials, and only until a redirect taints it.
  const asked = { initiator: 'fetch', mode: 'no-cors' } as const;
  expect(firefox({ ...asked, credentials: 'include' })).toEqual(['null']);
  expect(firefox({ ...asked, credentials: 'same-origin' })).toEqual([undefined]);
  expect(firefox({}, to('https://y.b.test/2'))).toEqual(['null', 'null']);
  expect(firefox({}, to('https://x.b.test/2'))).toEqual(['null', undefined]);
});

test('in WebKitGTK a picture that says it is a PDF is none', () => {
  const facts = { page, url: `${a}/1`, initiator: 'img' } as const;
  const pdf = { status: 200, headers: [['Content-Type', 'application/pdf']] } as const;
  const used = engines.map((engine) => run(engine, facts, pdf).trace.element?.used);
  expect(used).toEqual([true, true, true, false]);
});

test('in Firefox a style sheet that was redirected needs a type', () => {
  const facts = { page, url: `${a}/1`, initiator: 'stylesheet' } as const;
  const used = (engine: Engine, headers: HeaderList): boolean | undefined =>
    simulate(
      facts,
      ({ url }) => (url === `${a}/1` ? to(`${a}/2`) : { status: 200, headers }),
      engine,
    ).element?.used;
  expect(engines.map((engine) => used(engine, []))).toEqual([true, true, false, true]);
  expect(used('firefox', [['Content-Type', 'text/css']])).toBe(true);
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
  const fetched = { page, url: `${a}/1`, mode: 'no-cors' } as const;
  expect(run('firefox', fetched, redirect).trace.failure?.kind).toBe('InvalidRedirect');
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

test('a document that a redirect brought home is not blocked as opaque, but in Firefox', () => {
  const facts = { page, url: `${b}/1`, initiator: 'script' } as const;
  const json = { status: 200, headers: [['Content-Type', 'application/json']] } as const;
  const ended = (last: string, engine: Engine): string =>
    simulate(facts, ({ url }) => (url === last ? json : to(last)), engine).verdict;
  expect(engines.map((engine) => ended(`${a}/2`, engine))).toEqual([
    'opaque',
    'opaque',
    'blocked',
    'opaque',
  ]);
  expect(ended(`${b}/2`, 'chromium')).toBe('blocked');
});

test('what is surely no picture is blocked in Chromium and Firefox, plain text in Chromium', () => {
  const facts = { page, url: `${b}/1`, initiator: 'img' } as const;
  const ended = (type: string): readonly (string | undefined)[] =>
    engines.map((engine) => {
      const headers: HeaderList = [
        ['Content-Type', type],
        ['X-Content-Type-Options', 'nosniff'],
      ];
      return run(engine, facts, { status: 200, headers }).trace.failure?.kind;
    });
  const blocked = 'BlockedByOrb';
  expect(ended('application/pdf')).toEqual([undefined, blocked, blocked, undefined]);
  expect(ended('text/plain')).toEqual([undefined, blocked, undefined, undefined]);
  expect(ended('image/png')).toEqual([undefined, undefined, undefined, undefined]);
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
