import { expect, test } from 'vitest';
import { PreflightCache } from './preflight-cache.ts';
import type { Engine, RequestFacts, ServerResponse } from './request.ts';
import { simulate } from './simulate.ts';

// What Firefox 153 and WebKitGTK 2.50 do with preflights after redirects, as the differential proof
// found it; the standard and Chromium look at each request as it is.

const a = 'https://a.test';
const b = 'https://b.test';
const c = 'https://c.test';
const page = { origin: a };
const engines = ['spec', 'chromium', 'firefox', 'webkit'] as const;

const open = [
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Methods', 'PUT, PATCH, DELETE'],
  ['Access-Control-Allow-Headers', 'authorization, content-language, content-type'],
] as const;
const ok: ServerResponse = { status: 200, headers: open };
const to = (url: string, status: number, headers: ServerResponse['headers'] = open) => ({
  status,
  headers: [...headers, ['Location', url] as const],
});

type Answers = Readonly<Record<string, ServerResponse>>;

/** Each request as `OPTIONS URL METHOD names` or `METHOD URL`. */
function sent(
  engine: Engine,
  facts: Partial<RequestFacts>,
  answers: Answers,
  cache?: PreflightCache,
): readonly string[] {
  const requests: string[] = [];
  simulate(
    { page, url: `${b}/1`, ...facts },
    ({ kind, method, url, headers }) => {
      const value = (name: string): string =>
        headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? '';
      const asked = `${value('access-control-request-method')} ${value('access-control-request-headers')}`;
      requests.push(`${method} ${url} ${kind === 'preflight' ? asked : ''}`.trim());
      return kind === 'preflight' ? ok : (answers[url] ?? ok);
    },
    engine,
    { cache },
  );
  return requests;
}

test('once asked, Firefox and WebKit ask at each further hop', () => {
  const answers = { [`${b}/1`]: to(`${b}/2`, 303) };
  const last = engines.map((engine) => sent(engine, { method: 'PUT' }, answers)[2]);
  expect(last).toEqual([`GET ${b}/2`, `GET ${b}/2`, `OPTIONS ${b}/2 GET`, `OPTIONS ${b}/2 GET`]);
});

test('Firefox asks again for what the redirect before the last took away, WebKit always', () => {
  const headers = [['Content-Language', 'fr/CA']] as const;
  const answers = { [`${b}/1`]: to(`${b}/2`, 303), [`${b}/2`]: to(`${b}/3`, 301) };
  const asked = (engine: Engine): readonly string[] =>
    sent(engine, { method: 'PUT', headers }, answers).filter((one) => one.startsWith('OPTIONS'));
  expect(asked('chromium')).toEqual([`OPTIONS ${b}/1 PUT content-language`]);
  expect(asked('firefox')).toEqual([
    `OPTIONS ${b}/1 PUT content-language`,
    `OPTIONS ${b}/2 GET`,
    `OPTIONS ${b}/3 GET content-language`,
  ]);
  expect(asked('webkit')).toEqual([
    `OPTIONS ${b}/1 PUT content-language`,
    `OPTIONS ${b}/2 GET content-language`,
    `OPTIONS ${b}/3 GET content-language`,
  ]);
});

test('a type that XMLHttpRequest took from the body is forgotten by Firefox, one of fetch is not', () => {
  const facts = {
    url: `${a}/1`,
    method: 'PATCH',
    body: { kind: 'blob', type: 'image/png' },
  } as const;
  const answers = { [`${a}/1`]: to(`${b}/2`, 303) };
  const asks = (initiator: 'fetch' | 'xhr'): string | undefined =>
    sent('firefox', { ...facts, initiator }, answers)[1];
  expect(asks('fetch')).toBe(`OPTIONS ${b}/2 GET`);
  expect(asks('xhr')).toBe(`GET ${b}/2`);
});

test('WebKitGTK makes a GET of a DELETE that leaves its origin', () => {
  const answers = { [`${b}/1`]: to(`${c}/2`, 307) };
  const last = engines.map((engine) => sent(engine, { method: 'DELETE' }, answers)[3]);
  expect(last).toEqual([`DELETE ${c}/2`, `DELETE ${c}/2`, `DELETE ${c}/2`, `GET ${c}/2`]);
});

test('WebKit keeps nothing for the opaque origin that a redirect makes', () => {
  const answers = { [`${b}/1`]: to(`${c}/2`, 307) };
  const second = engines.map((engine) => {
    const cache = new PreflightCache(engine, () => 0);
    sent(engine, { method: 'PUT' }, answers, cache);
    return sent(engine, { method: 'PUT' }, answers, cache).length;
  });
  expect(second).toEqual([2, 2, 2, 3]);
});

test('WebKit looks at a redirect again after the preflight to where it leads', () => {
  const away = to(`${b}/2`, 307, []);
  const withoutCredentials = { [`${a}/1`]: away, [`${b}/2`]: to(`${b}/3`, 307) };
  const put = { url: `${a}/1`, method: 'PUT' };
  expect(sent('chromium', put, withoutCredentials).at(-1)).toBe(`PUT ${b}/3`);
  expect(sent('webkit', put, withoutCredentials).at(-1)).toBe(`OPTIONS ${b}/3 PUT`);
  const named = { [`${a}/1`]: to('https://u:p@b.test/2', 307, []) };
  expect(sent('chromium', put, named)).toHaveLength(1);
  expect(sent('webkit', put, named)).toHaveLength(2);
});

test('Firefox does not check the origin of a preflight that came home', () => {
  const verdicts = engines.map(
    (engine) =>
      simulate(
        { page, url: `${b}/1`, method: 'PUT' },
        ({ kind, url }) => {
          if (url.startsWith(b)) return kind === 'preflight' ? ok : to(`${a}/2`, 307);
          return kind === 'preflight' ? { status: 200, headers: open.slice(1) } : ok;
        },
        engine,
      ).verdict,
  );
  expect(verdicts).toEqual(['blocked', 'blocked', 'readable', 'blocked']);
});

test('Firefox forgets the type of a beacon that has become a GET', () => {
  const body = { kind: 'blob', type: 'image/png' } as const;
  const facts = { url: `${a}/1`, initiator: 'beacon', body } as const;
  const allowed = [
    ['Access-Control-Allow-Origin', a],
    ['Access-Control-Allow-Credentials', 'true'],
  ] as const;
  const answers = { [`${a}/1`]: to(`${b}/2`, 302, allowed) };
  expect(sent('firefox', facts, answers)).toEqual([`POST ${a}/1`, `GET ${b}/2`]);
});
