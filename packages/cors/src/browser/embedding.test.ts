import { expect, test } from 'vitest';
import type { Engine, HeaderList, RequestFacts } from './request.ts';
import { simulate } from './simulate.ts';
import type { Trace } from './trace.ts';

const page = { origin: 'https://a.test' };
const url = 'https://b.test/';
const any: HeaderList = [['Access-Control-Allow-Origin', '*']];
const type = (essence: string): HeaderList => [['Content-Type', essence]];
const nosniff: HeaderList = [['X-Content-Type-Options', 'nosniff']];

function load(facts: Partial<RequestFacts>, headers: HeaderList, engine: Engine = 'spec'): Trace {
  return simulate({ page, url, ...facts }, () => ({ status: 200, headers }), engine);
}

const used = { used: true, tainted: false };
const tainted = { used: true, tainted: true };
const failed = { used: false, tainted: false };

// V12: what elements make of an answer without and with Access-Control-Allow-Origin: *.
test.each<
  [
    row: string,
    facts: Partial<RequestFacts>,
    headers: HeaderList,
    without: Trace['element'],
    withAny: Trace['element'],
  ]
>([
  ['12.1', { initiator: 'img' }, type('image/png'), tainted, tainted],
  ['12.1 anonymous', { initiator: 'img', crossorigin: 'anonymous' }, [], failed, used],
  ['12.3', { initiator: 'img', crossorigin: 'use-credentials' }, [], failed, failed],
  ['12.4', { initiator: 'script' }, type('text/javascript'), tainted, tainted],
  ['12.6', { initiator: 'script', integrity: true }, [], failed, failed],
  [
    '12.6 anonymous',
    { initiator: 'script', integrity: true, crossorigin: 'anonymous' },
    [],
    failed,
    used,
  ],
  ['12.7', { initiator: 'stylesheet' }, type('text/css'), tainted, tainted],
  [
    '12.7 as text',
    { initiator: 'stylesheet' },
    type('text/plain'),
    { used: false, tainted: true },
    { used: false, tainted: true },
  ],
  ['12.8', { initiator: 'font' }, type('font/woff2'), failed, used],
  ['12.9', { initiator: 'preload' }, type('font/woff2'), failed, failed],
  ['12.10', { initiator: 'video' }, type('video/mp4'), tainted, tainted],
  ['12.11', { initiator: 'iframe' }, type('text/html'), tainted, tainted],
  ['12.12', { initiator: 'event-source' }, type('text/event-stream'), failed, used],
  [
    '12.12 with credentials',
    { initiator: 'event-source', credentials: 'include' },
    type('text/event-stream'),
    failed,
    failed,
  ],
  ['12.13', { initiator: 'worker' }, type('text/javascript'), failed, failed],
  ['12.14', { initiator: 'websocket', url: 'wss://b.test/' }, [], used, used],
  ['12.15', { initiator: 'css-image' }, type('image/png'), failed, used],
  ['12.16', { initiator: 'script' }, [...type('application/json'), ...nosniff], failed, failed],
])('%s: %j', (...row) => {
  const [, facts, headers, without, withAny] = row;
  expect(load(facts, headers).element).toEqual(without);
  expect(load(facts, [...headers, ...any]).element).toEqual(withAny);
});

test('12.4: Firefox 153 did not mute the errors of a script', () => {
  expect(load({ initiator: 'script' }, [], 'firefox').element).toEqual(used);
});

test('12.9: Firefox preloads a font in mode cors', () => {
  expect(load({ initiator: 'preload' }, [], 'firefox').failure?.kind).toBe(
    'MissingAllowOriginHeader',
  );
});

test('12.17: an image that is HTML is blocked as an opaque response', () => {
  const trace = load({ initiator: 'img' }, type('text/html'), 'chromium');
  expect(trace.failure?.kind).toBe('BlockedByOrb');
  expect(load({ initiator: 'img' }, type('text/html')).element?.used).toBe(false);
});

const https = 'https://x.example.test';

// V13: embedding under Cross-Origin-Resource-Policy. The vector writes `x.example` for the host `x`
// of the site `example`; by the Public Suffix List's default rule these would be two sites, so the
// hosts here have a label more.
test.each<
  [
    row: string,
    policy: 'unsafe-none' | 'require-corp' | 'credentialless',
    origin: string,
    target: string,
    corp: readonly string[],
    allowed: boolean,
  ]
>([
  ['13.1', 'unsafe-none', https, 'https://y.other.test', [], true],
  ['13.2', 'unsafe-none', https, 'https://y.other.test', ['same-origin'], false],
  ['13.3', 'unsafe-none', https, 'https://y.example.test', ['same-site'], true],
  ['13.4', 'unsafe-none', https, 'https://y.other.test', ['same-site'], false],
  ['13.5', 'unsafe-none', https, 'https://y.other.test', ['cross-origin'], true],
  ['13.6', 'unsafe-none', https, 'https://y.other.test', ['SAME-ORIGIN'], true],
  ['13.7', 'unsafe-none', https, 'https://y.other.test', ['same-origin', 'same-origin'], true],
  ['13.8', 'unsafe-none', 'http://x.example.test', 'https://y.example.test', ['same-site'], false],
  ['13.9', 'require-corp', https, 'https://y.other.test', [], false],
  ['13.10', 'require-corp', https, 'https://y.other.test', ['cross-origin'], true],
  ['13.12', 'credentialless', https, 'https://y.other.test', [], true],
])('%s: %s, %s, %s, CORP %j: %s', (...row) => {
  const [, embedderPolicy, origin, target, corp, allowed] = row;
  const headers = corp.map((value) => ['Cross-Origin-Resource-Policy', value] as const);
  const facts = { page: { origin, embedderPolicy }, url: `${target}/`, cookies: true };
  const trace = simulate({ ...facts, initiator: 'img' }, () => ({ status: 200, headers }), 'spec');
  expect(trace.failure?.kind).toBe(allowed ? undefined : 'BlockedByCorp');
  const exchange = trace.steps.find((step) => step.kind === 'exchange');
  const sentCookies = exchange?.request.headers.some(([name]) => name === 'Cookie');
  expect(sentCookies).toBe(embedderPolicy !== 'credentialless');
});

test('13.11: what passes the CORS check needs no resource policy', () => {
  const facts = { page: { ...page, embedderPolicy: 'require-corp' } } as const;
  expect(load(facts, any).verdict).toBe('readable');
});

test('13.13, 13.14: a framed document needs one', () => {
  for (const embedderPolicy of ['require-corp', 'credentialless'] as const) {
    const facts = { page: { ...page, embedderPolicy }, initiator: 'iframe' } as const;
    expect(load(facts, []).failure?.kind).toBe('BlockedByCorp');
    const headers: HeaderList = [['Cross-Origin-Resource-Policy', 'cross-origin']];
    expect(load(facts, headers).element?.used).toBe(true);
  }
});

test('timing shows across origins only with Timing-Allow-Origin', () => {
  expect(load({}, any).timingVisible).toBe(false);
  expect(load({}, [...any, ['Timing-Allow-Origin', page.origin]]).timingVisible).toBe(true);
  expect(load({ url: 'https://a.test/' }, []).timingVisible).toBe(true);
});
