import { expect, test } from 'vitest';
import { corsCheck } from './cors-check.ts';
import { exposedNames } from './expose.ts';
import { cachedSeconds } from './max-age.ts';
import { profiles } from './profile.ts';
import type { Engine, HeaderList, RequestFacts, Server } from './request.ts';
import { simulate } from './simulate.ts';

const a = 'https://a.test';
const url = 'https://b.test/';
const lines = (name: string, values: readonly string[]): HeaderList =>
  values.map((value) => [name, value] as const);

type Check = [
  row: string,
  origin: string,
  credentials: 'omit' | 'include',
  allowOrigin: readonly string[],
  allowCredentials: readonly string[],
  failure?: string,
];

// V4: the CORS check.
test.each<Check>([
  ['4.1', a, 'omit', ['*'], []],
  ['4.3', a, 'include', ['*'], ['true'], 'WildcardOriginNotAllowed'],
  ['4.4', a, 'include', ['*'], [], 'WildcardOriginNotAllowed'],
  ['4.5', a, 'omit', [a], []],
  ['4.6', a, 'include', [a], ['true']],
  ['4.8', a, 'include', [a], ['TRUE'], 'InvalidAllowCredentials'],
  ['4.9', a, 'include', [a], ['"true"'], 'InvalidAllowCredentials'],
  ['4.11', a, 'include', [a], ['false'], 'InvalidAllowCredentials'],
  ['4.12', a, 'include', [a], ['true', 'true'], 'InvalidAllowCredentials'],
  ['4.14', a, 'omit', [a], ['false']],
  ['4.16', a, 'omit', [' '], [], 'InvalidAllowOriginValue'],
  ['4.17', a, 'omit', [' *  '], []],
  ['4.19', a, 'omit', [`${a}/`], [], 'AllowOriginMismatch'],
  ['4.20', a, 'omit', ['a.test'], [], 'InvalidAllowOriginValue'],
  ['4.21', a, 'omit', ['//a.test'], [], 'InvalidAllowOriginValue'],
  ['4.22', a, 'omit', ['http://a.test'], [], 'AllowOriginMismatch'],
  ['4.25', a, 'omit', ['https://*.test'], [], 'AllowOriginMismatch'],
  ['4.26', a, 'omit', ['*.test'], [], 'InvalidAllowOriginValue'],
  ['4.27', a, 'omit', ['null'], [], 'AllowOriginMismatch'],
  ['4.28', 'null', 'omit', ['null'], []],
  ['4.29', 'null', 'include', ['null'], ['true']],
  ['4.30', 'null', 'omit', ['NULL'], [], 'InvalidAllowOriginValue'],
  ['4.31', a, 'omit', ['https://a.test, https://b.test'], [], 'MultipleAllowOriginValues'],
  ['4.34', a, 'omit', ['*', '*'], [], 'MultipleAllowOriginValues'],
  ['4.35', a, 'omit', ['*', a], [], 'MultipleAllowOriginValues'],
  ['4.36', a, 'omit', ['* *'], [], 'MultipleAllowOriginValues'],
  ['4.37', a, 'omit', ['**'], [], 'InvalidAllowOriginValue'],
  ['4.38', a, 'omit', ['"*"'], [], 'InvalidAllowOriginValue'],
  ['4.39', a, 'omit', ["'*'"], [], 'InvalidAllowOriginValue'],
  ['4.40', a, 'omit', ['https://a.test.evil.test'], [], 'AllowOriginMismatch'],
  [
    '4.41',
    'https://xn--mnchen-3ya.test',
    'omit',
    ['https://münchen.test'],
    [],
    'AllowOriginMismatch',
  ],
])('%s: %s, %s, ACAO %j, ACAC %j: %s', (...check) => {
  const [, origin, credentials, allowOrigin, allowCredentials, failure] = check;
  const headers = [
    ...lines('Access-Control-Allow-Origin', allowOrigin),
    ...lines('Access-Control-Allow-Credentials', allowCredentials),
  ];
  const result = corsCheck(headers, origin, credentials === 'include');
  expect(result.passed ? undefined : result.failure).toBe(failure);
});

interface Preflight {
  readonly method?: string;
  readonly headers?: HeaderList;
  readonly include?: true;
  readonly status?: number;
  readonly acao?: string;
  readonly acac?: string;
  readonly acam?: string;
  readonly acah?: string;
}

function preflight(engine: Engine, answer: Preflight): string | undefined {
  const facts: RequestFacts = {
    page: { origin: a },
    url,
    method: answer.method ?? 'GET',
    headers: answer.headers ?? [],
    credentials: answer.include ? 'include' : 'omit',
  };
  const granted: HeaderList = [
    ['Access-Control-Allow-Origin', a],
    ['Access-Control-Allow-Credentials', 'true'],
  ];
  const said = ({ acao = a, acac = 'true', acam, acah }: Preflight): HeaderList => [
    ...lines('Access-Control-Allow-Origin', acao === '' ? [] : [acao]),
    ...lines('Access-Control-Allow-Credentials', acac === '' ? [] : [acac]),
    ...lines('Access-Control-Allow-Methods', acam === undefined ? [] : [acam]),
    ...lines('Access-Control-Allow-Headers', acah === undefined ? [] : [acah]),
  ];
  const server: Server = ({ kind }) =>
    kind === 'preflight'
      ? { status: answer.status ?? 200, headers: said(answer) }
      : { status: 200, headers: granted };
  return simulate(facts, server, engine).failure?.kind;
}

const custom: HeaderList = [['X-Test', '1']];
const authorization: HeaderList = [['Authorization', 'x']];
const json: HeaderList = [['Content-Type', 'application/json']];
const noMethod = 'MethodDisallowedByPreflightResponse';
const noHeader = 'HeaderDisallowedByPreflightResponse';

// V5: what the answer to a preflight has to say.
test.each<[row: string, answer: Preflight, failure?: string]>([
  ['5.1', { method: 'PUT', acam: 'PUT' }],
  ['5.2', { method: 'PUT', acam: 'put' }, noMethod],
  ['5.4', { method: 'PATCH', acam: '*' }],
  ['5.5', { method: 'PATCH', include: true, acam: '*' }, noMethod],
  ['5.6', { method: '*', include: true, acam: '*' }],
  ['5.7', { method: 'PUT', include: true, acam: 'PUT' }],
  ['5.8', { method: 'POST', headers: custom, acah: 'X-Test' }],
  ['5.9', { headers: custom, acam: 'PUT', acah: 'x-test' }],
  ['5.10', { method: 'PUT' }, noMethod],
  ['5.14 with credentials', { headers: authorization, include: true, acah: '*' }, noHeader],
  ['5.15', { headers: authorization, acah: '*, authorization' }],
  ['5.17', { headers: custom, acah: 'X-TEST' }],
  ['5.19', { headers: custom }, noHeader],
  ['5.21', { headers: custom, acah: 'x-test, bad name' }, 'InvalidAllowHeadersPreflightResponse'],
  ['5.23', { headers: custom, acam: 'GET;POST' }, 'InvalidAllowMethodsPreflightResponse'],
  ['5.24', { headers: json, acah: 'content-type' }],
  [
    '5.25',
    { headers: json, acah: 'Content-Type: application/json' },
    'InvalidAllowHeadersPreflightResponse',
  ],
  ['5.26', { method: 'PUT', acam: 'PUT', status: 204 }],
  ['5.27', { method: 'PUT', acam: 'PUT', status: 299 }],
  ['5.28', { method: 'PUT', acam: 'PUT', status: 304 }, 'PreflightInvalidStatus'],
  ['5.30', { method: 'PUT', acam: 'PUT', status: 404 }, 'PreflightInvalidStatus'],
  ['5.32', { method: 'PUT', acam: 'PUT', acao: '' }, 'PreflightMissingAllowOriginHeader'],
  [
    '5.33',
    { method: 'PUT', acam: 'PUT', include: true, acao: '*' },
    'PreflightWildcardOriginNotAllowed',
  ],
  [
    '5.34',
    { method: 'PUT', acam: 'PUT', include: true, acac: '' },
    'PreflightInvalidAllowCredentials',
  ],
  ['5.36', { method: 'patch', acam: 'patch' }],
  ['5.36 the other way', { method: 'patch', acam: 'PATCH' }, noMethod],
  ['5.37', { method: 'patch', acam: 'PATCH, patch' }],
])('%s: %j: %s', (_row, answer, failure) => {
  for (const engine of ['spec', 'chromium', 'firefox', 'webkit'] as const) {
    expect(preflight(engine, answer)).toBe(failure);
  }
});

test('5.14: without credentials, engines let "*" cover Authorization; the standard does not', () => {
  const answer = { headers: authorization, acah: '*' };
  expect(preflight('spec', answer)).toBe(noHeader);
  for (const engine of ['chromium', 'firefox', 'webkit'] as const) {
    expect(preflight(engine, answer)).toBeUndefined();
  }
});

// V6: what script sees of the headers.
test.each<[row: string, name: string, include: boolean, exposed: readonly string[], seen: boolean]>(
  [
    ['6.1', 'Content-Type', false, [], true],
    ['6.2', 'Content-Length', false, [], true],
    ['6.3', 'Last-Modified', true, [], true],
    ['6.4', 'ETag', false, [], false],
    ['6.5', 'ETag', false, ['etag'], true],
    ['6.6', 'ETag', false, ['*'], true],
    ['6.7', 'ETag', true, ['*'], false],
    ['6.8', 'ETag', true, ['x-a', 'ETag'], true],
    ['6.10', 'Authorization', false, ['*'], true],
    ['6.11', 'Set-Cookie', false, ['set-cookie'], false],
    ['6.12', 'Set-Cookie', false, ['*'], false],
    ['6.13', 'X-A', false, ['x-a x-b'], false],
    ['6.14', 'X-A', false, ['x-a, x-b'], true],
    ['6.15', 'Location', false, [], false],
    ['6.16', 'X-Request-Id', false, [], false],
  ],
)('%s: %s, include %s, exposed %j: seen %s', (...row) => {
  const [, name, include, exposed, seen] = row;
  const headers: HeaderList = [[name, 'x'], ...lines('Access-Control-Expose-Headers', exposed)];
  expect(exposedNames(headers, include).includes(name.toLowerCase())).toBe(seen);
});

// V8: how long a preflight is kept. 0: not at all.
test.each<[row: string, values: readonly string[], seconds: readonly number[]]>([
  ['8.1', [], [5, 5, 5, 5]],
  ['8.1, empty', [''], [5, 5, 5, 5]],
  ['8.2', ['0'], [0, 0, 0, 0]],
  ['8.3', ['-1'], [5, 0, 0, 0]],
  ['8.4', ['600'], [600, 600, 600, 600]],
  ['8.6', ['86400'], [86_400, 7200, 86_400, 600]],
  ['8.9', ['"600"'], [5, 5, 0, 5]],
  ['8.10', ['600', '600'], [5, 5, 0, 5]],
  // Tried in Chromium 153: a plus is read, and what does not fit into 64 bits is no number.
  ['8.11', ['+600'], [5, 600, 0, 600]],
  ['8.12', ['99999999999999999999'], [1e20, 5, 86_400, 5]],
  ['8.13', ['600.5'], [5, 5, 0, 5]],
])('%s: Max-Age %j: %j seconds (spec, Chromium, Firefox, WebKit)', (_row, values, seconds) => {
  const headers = lines('Access-Control-Max-Age', values);
  const { spec, chromium, firefox, webkit } = profiles;
  const kept = [spec, chromium, firefox, webkit].map((profile) => cachedSeconds(headers, profile));
  expect(kept).toEqual(seconds);
});
