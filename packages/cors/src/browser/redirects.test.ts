import { expect, test } from 'vitest';
import type { Engine, HeaderList, RequestFacts, SentRequest, ServerResponse } from './request.ts';
import { simulate } from './simulate.ts';
import type { Trace } from './trace.ts';

const a = 'https://a.test';
const b = 'https://b.test';
const c = 'https://c.test';
const page = { origin: a };

type Answers = Readonly<Record<string, ServerResponse>>;

interface Ran {
  readonly trace: Trace;
  /** Method, URL and Origin of each. */
  readonly sent: readonly string[];
  readonly requests: readonly SentRequest[];
}

const echo = (origin: string, more: HeaderList = []): HeaderList => [
  ['Access-Control-Allow-Origin', origin],
  ['Access-Control-Allow-Methods', 'PUT'],
  ['Access-Control-Allow-Headers', 'authorization'],
  ...more,
];
const to = (url: string, status = 302, headers: HeaderList = echo('*')): ServerResponse => ({
  status,
  headers: [...headers, ['Location', url]],
});
const preflightOk: ServerResponse = { status: 200, headers: echo('*') };

function header(request: SentRequest | undefined, name: string): string | undefined {
  return request?.headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

function run(
  facts: Partial<RequestFacts> & { url: string },
  answers: Answers,
  engine: Engine = 'spec',
): Ran {
  const requests: SentRequest[] = [];
  const trace = simulate(
    { page, ...facts },
    (request) => {
      requests.push(request);
      if (request.kind === 'preflight') return preflightOk;
      return answers[request.url] ?? { status: 200, headers: echo('*') };
    },
    engine,
  );
  const sent = requests.map((one) => `${one.method} ${one.url} ${header(one, 'origin') ?? '-'}`);
  return { trace, sent, requests };
}

// V10: where redirects lead, what Origin the last hop gets, and what comes of it.
test.each<[row: string, url: string, answers: Answers, last: string, verdict: string]>([
  ['10.1', `${a}/1`, { [`${a}/1`]: to(`${a}/2`) }, `GET ${a}/2 -`, 'readable'],
  ['10.2', `${a}/1`, { [`${a}/1`]: to(`${b}/2`) }, `GET ${b}/2 ${a}`, 'readable'],
  ['10.3', `${b}/1`, { [`${b}/1`]: to(`${b}/2`) }, `GET ${b}/2 ${a}`, 'readable'],
  ['10.4', `${b}/1`, { [`${b}/1`]: to(`${a}/2`) }, `GET ${a}/2 null`, 'readable'],
  ['10.5', `${b}/1`, { [`${b}/1`]: to(`${c}/2`) }, `GET ${c}/2 null`, 'readable'],
  [
    '10.6',
    `${a}/1`,
    { [`${a}/1`]: to(`${b}/2`), [`${b}/2`]: to(`${a}/3`) },
    `GET ${a}/3 null`,
    'readable',
  ],
  [
    '10.7',
    `${a}/1`,
    { [`${a}/1`]: to(`${b}/2`), [`${b}/2`]: to(`${b}/3`) },
    `GET ${b}/3 ${a}`,
    'readable',
  ],
  ['10.8', `${b}/1`, { [`${b}/1`]: to(`${b}/2`, 302, []) }, `GET ${b}/1 ${a}`, 'blocked'],
])('%s: %s %j ends with %s: %s', (...row) => {
  const [, url, answers, last, verdict] = row;
  const { trace, sent } = run({ url }, answers);
  expect(sent.at(-1)).toBe(last);
  expect(trace.verdict).toBe(verdict);
});

test('10.4: what came back from elsewhere is checked even at home', () => {
  const answers = { [`${b}/1`]: to(`${a}/2`), [`${a}/2`]: { status: 200, headers: [] } };
  expect(run({ url: `${b}/1` }, answers).trace.failure?.kind).toBe('MissingAllowOriginHeader');
});

test('10.9, 10.10: with credentials the last hop must say null and true', () => {
  const credentialed = echo(a, [['Access-Control-Allow-Credentials', 'true']]);
  const first = { [`${b}/1`]: to(`${c}/2`, 302, credentialed) };
  const facts = { url: `${b}/1`, credentials: 'include' } as const;
  const refused = { ...first, [`${c}/2`]: { status: 200, headers: echo('*') } };
  expect(run(facts, refused).trace.failure?.kind).toBe('WildcardOriginNotAllowed');
  const headers = echo('null', [['Access-Control-Allow-Credentials', 'true']]);
  const allowed = { ...first, [`${c}/2`]: { status: 200, headers } };
  expect(run(facts, allowed).trace.verdict).toBe('readable');
});

test.each([
  ['10.11', 307, 'PUT'],
  ['10.12', 302, 'PUT'],
  ['10.14', 303, 'GET'],
])('%s: a PUT that is answered with %i goes on as %s', (_row, status, method) => {
  const { sent } = run({ url: `${b}/1`, method: 'PUT' }, { [`${b}/1`]: to(`${b}/2`, status) });
  const second = method === 'PUT' ? [`OPTIONS ${b}/2 ${a}`] : [];
  expect(sent.slice(2)).toEqual([...second, `${method} ${b}/2 ${a}`]);
});

test('10.15: Authorization never reaches another origin; engines differ in what they ask before', () => {
  const facts = { url: `${b}/1`, headers: [['Authorization', 'x']] as HeaderList };
  const after = (engine: Engine): Ran => {
    const ran = run(facts, { [`${b}/1`]: to(`${c}/2`) }, engine);
    expect(header(ran.requests.at(-1), 'authorization')).toBeUndefined();
    expect(ran.sent.at(-1)).toBe(`GET ${c}/2 null`);
    return ran;
  };
  expect(after('spec').sent).toHaveLength(3);
  expect(after('chromium').sent).toHaveLength(3);
  const asked = (engine: Engine): readonly (string | undefined)[] => {
    const [, , preflight] = after(engine).requests;
    return [header(preflight, 'origin'), header(preflight, 'access-control-request-headers')];
  };
  expect(asked('firefox')).toEqual([a, undefined]);
  expect(asked('webkit')).toEqual(['null', 'authorization']);
});

test('10.16: within an origin Authorization stays, after another preflight', () => {
  const facts = { url: `${b}/1`, headers: [['Authorization', 'x']] as HeaderList };
  const { requests, sent } = run(facts, { [`${b}/1`]: to(`${b}/2`) });
  expect(sent).toHaveLength(4);
  expect(header(requests.at(-1), 'authorization')).toBe('x');
});

test.each<[row: string, from: string, location: string, failure: string | undefined]>([
  ['10.17', `${a}/1`, 'https://u:p@b.test/', 'RedirectContainsCredentials'],
  ['10.18', `${b}/1`, 'https://u:p@a.test/', 'RedirectContainsCredentials'],
  ['10.19', `${a}/1`, 'https://u:p@a.test/', undefined],
  ['10.20', `${b}/1`, 'https://@b.test/', undefined],
  ['10.22', `${b}/1`, 'data:text/plain,x', 'InvalidRedirect'],
  ['10.22', `${b}/1`, 'ftp://b.test/', 'CorsDisabledScheme'],
])('%s: from %s to %s: %s', (_row, url, location, failure) => {
  expect(run({ url }, { [url]: to(location) }).trace.failure?.kind).toBe(failure);
});

test('10.19: in Chromium XHR follows, fetch() does not', () => {
  const answers = { [`${a}/1`]: to('https://u:p@a.test/') };
  const by = (initiator: 'fetch' | 'xhr'): string =>
    run({ url: `${a}/1`, initiator }, answers, 'chromium').trace.verdict;
  expect(by('xhr')).toBe('readable');
  expect(by('fetch')).toBe('blocked');
});

test('10.21: the twenty-first redirect is one too many', () => {
  const chain = (length: number): Answers =>
    Object.fromEntries(
      Array.from({ length }, (_, at) => [`${b}/${at}`, to(`${b}/${at + 1}`)] as const),
    );
  expect(run({ url: `${b}/0` }, chain(20)).trace.verdict).toBe('readable');
  expect(run({ url: `${b}/0` }, chain(21)).trace.failure?.kind).toBe('TooManyRedirects');
});

test.each([301, 302, 307, 308])('10.23: a preflight that is answered with %i fails', (status) => {
  const trace = simulate({ page, url: `${b}/`, method: 'PUT' }, () => to(`${b}/2`, status), 'spec');
  expect(trace.failure?.kind).toBe('PreflightDisallowedRedirect');
});

test('10.24: a stream cannot be sent again, but a 303 needs no body', () => {
  const facts = { url: `${b}/1`, method: 'POST', body: { kind: 'stream' } } as const;
  const kept = run(facts, { [`${b}/1`]: to(`${b}/2`, 307) });
  expect(kept.trace.failure?.kind).toBe('StreamCannotBeSentAgain');
  const { sent } = run(facts, { [`${b}/1`]: to(`${b}/2`, 303) });
  expect(sent.at(-1)).toBe(`GET ${b}/2 ${a}`);
});

test('10.25, 10.26: a redirect by hand is opaque, after the CORS check', () => {
  const facts = { url: `${b}/1`, redirect: 'manual' } as const;
  const { trace } = run(facts, { [`${b}/1`]: to(`${b}/2`) });
  expect(trace).toMatchObject({ responseType: 'opaqueredirect', status: 0, verdict: 'opaque' });
  const refused = run(facts, { [`${b}/1`]: to(`${b}/2`, 302, []) });
  expect(refused.trace.failure?.kind).toBe('MissingAllowOriginHeader');
});

test('10.27: an image stays opaque although it came home', () => {
  const { trace, sent } = run({ url: `${b}/1`, initiator: 'img' }, { [`${b}/1`]: to(`${a}/2`) });
  expect(sent.at(-1)).toBe(`GET ${a}/2 -`);
  expect(trace.element).toEqual({ used: true, tainted: true });
});

test('in mode error Chromium names a user name in the Location, the others the mode', () => {
  const facts = { url: `${b}/1`, redirect: 'error' } as const;
  const answers = { [`${b}/1`]: to('https://u:p@b.test/') };
  const kind = (engine: Engine): string | undefined =>
    run(facts, answers, engine).trace.failure?.kind;
  expect(kind('chromium')).toBe('RedirectContainsCredentials');
  expect(kind('spec')).toBe('RedirectDisallowed');
});
