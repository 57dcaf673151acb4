import { expect, test } from 'vitest';
import { PreflightCache } from './preflight-cache.ts';
import type { Engine, HeaderList, RequestFacts, Server } from './request.ts';
import { simulate } from './simulate.ts';

const engines = ['spec', 'chromium', 'firefox', 'webkit'] as const;
const page = { origin: 'https://a.test' };
const url = 'https://b.test/u';

type Ask = Partial<RequestFacts>;
interface Granted {
  readonly methods?: string;
  readonly headers?: string;
  /** Only what was asked for is granted. */
  readonly echo?: true;
  readonly maxAge?: string;
}

/** For each request whether its preflight was spared. */
function spared(engine: Engine, granted: Granted, asks: readonly Ask[], stepMs = 0): boolean[] {
  let nowMs = 0;
  const cache = new PreflightCache(engine, () => nowMs);
  return asks.map((ask) => {
    let preflights = 0;
    const include = ask.credentials === 'include';
    const trace = simulate(
      { page, url, credentials: 'omit', ...ask },
      (request) => {
        if (request.kind === 'preflight') preflights += 1;
        const asked = (name: string): string =>
          request.headers.find(([one]) => one === name)?.[1] ?? '';
        const headers: HeaderList = [
          ['Access-Control-Allow-Origin', page.origin],
          ...(include ? [['Access-Control-Allow-Credentials', 'true'] as const] : []),
          [
            'Access-Control-Allow-Methods',
            granted.echo ? asked('Access-Control-Request-Method') : (granted.methods ?? ''),
          ],
          [
            'Access-Control-Allow-Headers',
            granted.echo ? asked('Access-Control-Request-Headers') : (granted.headers ?? ''),
          ],
          ['Access-Control-Max-Age', granted.maxAge ?? '600'],
        ];
        return { status: 200, headers };
      },
      engine,
      { cache },
    );
    expect(trace.verdict).toBe('readable');
    nowMs += stepMs;
    return preflights === 0;
  });
}

const put: Ask = { method: 'PUT' };
const remove: Ask = { method: 'DELETE' };
const get = (name: string): Ask => ({ headers: [[name, '1']] });
const include = { credentials: 'include' } as const;
const long = { url: `https://b.test/${'x'.repeat(1100)}` };

// V9: whether the later preflights are spared; one row of booleans for each engine.
test.each<
  [row: string, granted: Granted, asks: readonly Ask[], spared: readonly (readonly boolean[])[]]
>([
  ['9.1', { methods: 'PUT' }, [put, put], [[true], [true], [true], [true]]],
  [
    '9.2',
    { methods: 'PUT' },
    [put, { ...put, url: `${url}?x=1` }],
    [[false], [false], [false], [false]],
  ],
  ['9.3', { methods: 'PUT,DELETE' }, [put, remove], [[true], [true], [true], [true]]],
  [
    '9.4',
    { echo: true },
    [put, remove, put],
    [
      [false, true],
      [false, false],
      [false, true],
      [false, false],
    ],
  ],
  [
    '9.5',
    { echo: true },
    [get('X-A'), get('X-B'), get('X-A')],
    [
      [false, true],
      [false, false],
      [false, true],
      [false, false],
    ],
  ],
  ['9.6', { methods: '*' }, [put, { method: 'PATCH' }], [[true], [true], [false], [true]]],
  ['9.7', { headers: '*' }, [get('X-A'), get('X-B')], [[true], [true], [false], [true]]],
  [
    '9.8',
    { headers: '*, authorization' },
    [get('Authorization'), get('Authorization')],
    [[true], [true], [true], [true]],
  ],
  ['9.10', { methods: 'PUT' }, [{ ...put, ...include }, put], [[true], [true], [false], [true]]],
  ['9.11', { methods: 'PUT' }, [put, { ...put, ...include }], [[false], [false], [false], [false]]],
  [
    '9.12',
    { methods: 'PUT' },
    [put, { ...put, page: { ...page, topLevelSite: 'https://other.test' } }],
    [[false], [false], [false], [false]],
  ],
  [
    '9.14',
    { methods: 'PUT' },
    [
      { ...put, ...long },
      { ...put, ...long },
    ],
    [[true], [false], [true], [true]],
  ],
])('%s: %j, %j', (_row, granted, asks, expected) => {
  expect(engines.map((engine) => spared(engine, granted, asks).slice(1))).toEqual(expected);
});

test('what was kept runs out', () => {
  for (const engine of engines) {
    expect(spared(engine, { methods: 'PUT', maxAge: '2' }, [put, put, put], 1500)).toEqual([
      false,
      true,
      false,
    ]);
  }
});

test('after a failed request the standard and Firefox ask again, Chromium and WebKit do not', () => {
  for (const engine of engines) {
    const cache = new PreflightCache(engine, () => 0);
    const granted: HeaderList = [
      ['Access-Control-Allow-Origin', '*'],
      ['Access-Control-Allow-Methods', 'PUT'],
      ['Access-Control-Max-Age', '600'],
    ];
    const sent: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      simulate(
        { page, url, method: 'PUT' },
        ({ kind }) => {
          sent.push(kind);
          return { status: 200, headers: kind === 'preflight' ? granted : [] };
        },
        engine,
        { cache },
      );
    }
    const again = engine === 'spec' || engine === 'firefox';
    expect(sent.filter((kind) => kind === 'preflight')).toHaveLength(again ? 2 : 1);
  }
});

test('the cache of one engine cannot serve another', () => {
  const cache = new PreflightCache('chromium', () => 0);
  const run = (): unknown =>
    simulate({ page, url }, () => ({ status: 200, headers: [] }), 'firefox', { cache });
  expect(run).toThrow(RangeError);
});

const upload: Ask = {
  initiator: 'xhr',
  method: 'POST',
  uploadListeners: true,
  body: { kind: 'text' },
};

// Chromium tried; Firefox and WebKit by nsPreflightCache::CacheEntry::CheckRequest and
// CrossOriginPreflightResultCacheItem::allowsCrossOriginMethod.
test.each(engines)('%s: whatever is kept spares POST the preflight of its flag', (engine) => {
  const second = spared(engine, { methods: 'PUT' }, [upload, upload])[1];
  expect(second).toBe(engine !== 'spec');
  // Never without anything kept, and not for a method that has to be listed.
  expect(spared(engine, { methods: 'PUT' }, [upload])).toEqual([false]);
  expect(spared(engine, { methods: 'PUT', maxAge: '0' }, [upload, upload])).toEqual([false, false]);
});

/** Sends one request after the other and tells how many preflights each `target` got. */
function preflightsAt(engine: Engine, target: string, asks: readonly (readonly [Ask, Server])[]) {
  const cache = new PreflightCache(engine, () => 0);
  return asks.map(([ask, server]) => {
    const { steps } = simulate({ page, url, ...ask }, server, engine, { cache });
    return steps.filter(
      (step) =>
        step.kind === 'exchange' &&
        step.request.kind === 'preflight' &&
        step.request.url === target,
    ).length;
  });
}

const grants = (methods: string): HeaderList => [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Methods', methods],
  ['Access-Control-Max-Age', '600'],
];
const allowing: Server = () => ({ status: 200, headers: grants('PUT') });

// Tried in Chromium and Firefox 153: `PUT` after the redirect says `Origin: null`, and no OPTIONS
// comes before.
test('after a tainting redirect, the origin of the page is what the cache asks for', () => {
  const elsewhere = 'https://c.test/u';
  const redirecting: Server = ({ kind, url: at }) =>
    kind === 'actual' && at === url
      ? { status: 307, headers: [...grants('PUT'), ['Location', elsewhere]] }
      : { status: 200, headers: grants('PUT') };
  const count = (engine: Engine) =>
    preflightsAt(engine, elsewhere, [
      [{ ...put, url: elsewhere }, allowing],
      [put, redirecting],
    ]);
  expect(engines.map(count)).toEqual([
    [1, 1],
    [1, 0],
    [1, 0],
    [1, 1],
  ]);
});

test('a simple request that fails takes back what is kept, in Firefox', () => {
  const silent: Server = () => ({ status: 200, headers: [] });
  const count = (engine: Engine) =>
    preflightsAt(engine, url, [
      [put, allowing],
      [{}, silent],
      [put, allowing],
    ]);
  expect(engines.map(count)).toEqual([
    [1, 0, 0],
    [1, 0, 0],
    [1, 0, 1],
    [1, 0, 0],
  ]);
});

test('an answer that refuses the method is kept, in WebKit', () => {
  const count = (engine: Engine) =>
    preflightsAt(engine, url, [
      [remove, allowing],
      [put, allowing],
    ]);
  expect(engines.map(count)).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 0],
  ]);
});

test('what WebKit has kept with credentials is a wildcard for a request without', () => {
  const key = { partition: '', origin: 'https://app.example', url, include: false };
  const grant = { methods: ['*'], headers: ['*'], seconds: 5 };
  const held = engines.map((engine) => {
    const cache = new PreflightCache(engine, () => 0);
    cache.store({ ...key, include: true }, grant);
    const asked = (include: boolean): boolean =>
      cache.allowsMethod({ ...key, include }, 'PUT') &&
      cache.allowsHeader({ ...key, include }, 'x-a');
    return [asked(false), asked(true)];
  });
  const no = [false, false];
  expect(held).toEqual([no, no, no, [true, false]]);
});

test.each([
  ['chromium', 1024],
  ['firefox', 100],
] as const)('%s keeps the answers of %i URLs', (engine, max) => {
  const at = (index: number): Ask => ({ ...put, url: `${url}/${index}` });
  const many = Array.from({ length: max }, (_, index) => at(index));
  const all = spared(engine, { methods: 'PUT' }, [...many, at(0), at(max), at(0), at(max)]);
  expect(all.slice(max)).toEqual([true, false, false, true]);
});

test('Chromium and Firefox ask again for a conditional request, whatever it has kept', () => {
  const asks = [get('If-Match'), get('If-Match')];
  const again = engines.map((engine) => spared(engine, { headers: 'if-match' }, asks)[1]);
  expect(again).toEqual([true, false, false, true]);
});
