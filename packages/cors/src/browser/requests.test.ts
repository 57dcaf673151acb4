import { expect, test } from 'vitest';
import type { BodyFacts, Engine, HeaderList, RequestFacts, SentRequest } from './request.ts';
import { simulate } from './simulate.ts';
import type { Trace } from './trace.ts';

const page = { origin: 'https://a.test' };
const url = 'https://b.test/';

interface Ran {
  readonly trace: Trace;
  readonly sent: readonly SentRequest[];
}

function run(facts: Partial<RequestFacts>, engine: Engine = 'spec'): Ran {
  const sent: SentRequest[] = [];
  const headers: HeaderList = [
    ['Access-Control-Allow-Origin', '*'],
    ['Access-Control-Allow-Methods', 'patch, query, QUERY, PATCH, PUT, DELETE, OPTIONS'],
    ['Access-Control-Allow-Headers', '*, authorization'],
  ];
  const trace = simulate(
    { page, url, ...facts },
    (request) => {
      sent.push(request);
      return { status: 200, headers };
    },
    engine,
  );
  return { trace, sent };
}

function header(request: SentRequest | undefined, name: string): string | undefined {
  return request?.headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

const text: BodyFacts = { kind: 'text' };
const stream: BodyFacts = { kind: 'stream' };
const json: HeaderList = [['Content-Type', 'application/json']];

// V3: simple, or with a preflight that asks for `acrm` and `acrh`.
test.each<[row: string, facts: Partial<RequestFacts>, acrm?: string, acrh?: string]>([
  ['3.1', { method: 'GET' }],
  ['3.2', { method: 'head' }],
  ['3.3', { method: 'post', body: text }],
  ['3.5', { method: 'POST', body: { kind: 'form-data' } }],
  ['3.6', { method: 'POST', body: text, headers: json }, 'POST', 'content-type'],
  ['3.7', { method: 'POST', body: { kind: 'blob', type: 'image/png' } }, 'POST', 'content-type'],
  ['3.8', { method: 'POST', body: { kind: 'blob', type: '' } }],
  ['3.8 bytes', { method: 'POST', body: { kind: 'bytes' } }],
  ['3.9', { method: 'PUT' }, 'PUT'],
  ['3.10', { method: 'delete' }, 'DELETE'],
  ['3.11', { method: 'patch' }, 'patch'],
  ['3.12', { method: 'PATCH' }, 'PATCH'],
  ['3.13', { method: 'QUERY', body: text, headers: json }, 'QUERY', 'content-type'],
  ['3.14', { method: 'query' }, 'query'],
  ['3.15', { method: 'OPTIONS' }, 'OPTIONS'],
  ['3.17', { headers: [['X-Requested-With', 'x']] }, 'GET', 'x-requested-with'],
  ['3.18', { headers: [['Authorization', 'x']] }, 'GET', 'authorization'],
  [
    '3.19',
    { headers: [['Access-Control-Allow-Origin', '*']] },
    'GET',
    'access-control-allow-origin',
  ],
  ['3.20', { headers: [['Range', 'bytes=0-99']] }],
  ['3.21', { headers: [['Range', 'bytes=-99']] }, 'GET', 'range'],
  ['3.22', { headers: [['Cache-Control', 'no-cache']] }, 'GET', 'cache-control'],
  ['3.23', { initiator: 'xhr', method: 'POST', uploadListeners: true, body: text }, 'POST'],
  ['3.25', { method: 'POST', body: stream }, 'POST'],
])('%s: %j: preflight for %s, %s', (_row, facts, acrm, acrh) => {
  const { trace, sent } = run(facts);
  const [first] = sent;
  expect(sent).toHaveLength(acrm === undefined ? 1 : 2);
  expect(header(first, 'access-control-request-method')).toBe(acrm);
  expect(header(first, 'access-control-request-headers')).toBe(acrh);
  expect(trace.verdict).toBe('readable');
  expect(header(sent.at(-1), 'origin')).toBe(page.origin);
});

test('3.25: Firefox sends a stream as text, WebKit does not send it', () => {
  const facts = { method: 'POST', body: stream };
  expect(run(facts, 'firefox').sent).toHaveLength(1);
  expect(run(facts, 'webkit').trace.failure?.kind).toBe('InvalidRequest');
  expect(run({ ...facts, mode: 'no-cors' }, 'firefox').sent).toHaveLength(1);
});

test.each<[row: string, facts: Partial<RequestFacts>, failure: string]>([
  ['3.26', { method: 'CONNECT' }, 'InvalidRequest'],
  ['3.26', { method: 'trace' }, 'InvalidRequest'],
  ['3.26', { method: 'TRACK' }, 'InvalidRequest'],
  ['3.27', { body: text }, 'InvalidRequest'],
  ['3.28', { method: 'PUT', mode: 'no-cors' }, 'InvalidRequest'],
  ['3.32', { method: 'POST', mode: 'no-cors', body: stream }, 'InvalidRequest'],
  ['3.36', { mode: 'same-origin' }, 'DisallowedByMode'],
  ['3.38', { url: 'ftp://b.test/' }, 'CorsDisabledScheme'],
  ['3.38', { url: 'file:///etc/hosts' }, 'CorsDisabledScheme'],
  ['3.39', { mode: 'no-cors', redirect: 'error' }, 'NoCorsRedirectModeNotFollow'],
  ['3.39', { mode: 'no-cors', redirect: 'manual' }, 'NoCorsRedirectModeNotFollow'],
  ['no URL', { url: 'nowhere' }, 'InvalidRequest'],
  ['credentials in the URL', { url: 'https://u:p@b.test/' }, 'InvalidRequest'],
])('%s: %j fails with %s before anything is sent', (_row, facts, failure) => {
  const { trace, sent } = run(facts);
  expect(trace.failure?.kind).toBe(failure);
  expect(trace.sideEffects).toBe(false);
  expect(sent).toEqual([]);
});

test.each<[row: string, facts: Partial<RequestFacts>]>([
  ['3.29', { mode: 'no-cors', headers: [['X-Test', '1']] }],
  ['3.30', { mode: 'no-cors', headers: [['Range', 'bytes=0-9']] }],
  ['3.33', { headers: [['Cookie', 'a=b']] }],
  ['3.33', { headers: [['Host', 'c.test']] }],
  ['3.33', { headers: [['Sec-X', '1']] }],
  ['3.33', { headers: [['Proxy-X', '1']] }],
  ['3.34', { headers: [['X-HTTP-Method-Override', 'get, TRACE']] }],
])('%s: the header of %j is dropped', (_row, facts) => {
  const { trace, sent } = run(facts);
  const [name = ''] = facts.headers?.[0] ?? [];
  expect(sent.map((request) => request.kind)).toEqual(['actual']);
  expect(header(sent[0], name.toLowerCase())).toBeUndefined();
  expect(trace.verdict).toBe(facts.mode === 'no-cors' ? 'opaque' : 'readable');
});

test('3.37: a data: URL is answered without a server', () => {
  const { trace, sent } = run({ url: 'data:text/plain,x' });
  expect(sent).toEqual([]);
  expect(trace.verdict).toBe('readable');
});

const insecure = 'http://b.test/';

// V11: the Origin header.
test.each<[row: string, facts: Partial<RequestFacts>, origin: string | undefined]>([
  ['11.1', { url: 'https://a.test/x' }, undefined],
  ['11.3', { page: { ...page, referrerPolicy: 'no-referrer' } }, page.origin],
  ['11.4', { initiator: 'img' }, undefined],
  ['11.5', { initiator: 'form', method: 'POST' }, page.origin],
  [
    '11.6',
    { initiator: 'form', method: 'POST', page: { ...page, referrerPolicy: 'no-referrer' } },
    'null',
  ],
  [
    '11.7',
    {
      initiator: 'form',
      method: 'POST',
      url: 'https://a.test/x',
      page: { ...page, referrerPolicy: 'no-referrer' },
    },
    'null',
  ],
  ['11.8', { initiator: 'form', method: 'POST', url: insecure }, 'null'],
  [
    '11.9',
    { initiator: 'form', method: 'POST', page: { ...page, referrerPolicy: 'same-origin' } },
    'null',
  ],
  [
    '11.10',
    {
      initiator: 'form',
      method: 'POST',
      url: 'https://a.test/x',
      page: { ...page, referrerPolicy: 'same-origin' },
    },
    page.origin,
  ],
  [
    '11.11',
    {
      initiator: 'form',
      method: 'POST',
      url: insecure,
      page: { ...page, referrerPolicy: 'unsafe-url' },
    },
    page.origin,
  ],
  ['11.12', { initiator: 'form' }, undefined],
  ['11.12', { initiator: 'link' }, undefined],
  ['11.15', { page: { origin: 'null' } }, 'null'],
  ['11.17', { initiator: 'websocket', url: 'wss://b.test/' }, page.origin],
  [
    '11.19',
    { initiator: 'beacon', body: text, page: { ...page, referrerPolicy: 'no-referrer' } },
    'null',
  ],
])('%s: %j says Origin %s', (row, facts, origin) => {
  expect(header(run(facts).sent.at(-1), 'origin')).toBe(origin);
  const chromium = header(run(facts, 'chromium').sent.at(-1), 'origin');
  expect(chromium).toBe(row === '11.19' ? page.origin : origin);
});

test('11.18: a preflight says the same origin as its request', () => {
  const { sent } = run({ method: 'PUT' });
  expect(sent.map((request) => header(request, 'origin'))).toEqual([page.origin, page.origin]);
});

test('an upload with listeners: Chromium does not take silence on methods for a grant', () => {
  const facts = { page, url, initiator: 'xhr', method: 'PATCH', uploadListeners: true } as const;
  const headers: HeaderList = [['Access-Control-Allow-Origin', '*']];
  const failure = (engine: Engine): string | undefined =>
    simulate({ ...facts, body: text }, () => ({ status: 200, headers }), engine).failure?.kind;
  expect(failure('spec')).toBeUndefined();
  expect(failure('chromium')).toBe('MethodDisallowedByPreflightResponse');
});
