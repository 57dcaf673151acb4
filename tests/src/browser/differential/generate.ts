import type { BodyFacts, HeaderList } from '@causeway/cors/browser';
import { dice } from '../../dice.ts';
import { fittingType } from './content.ts';
import {
  frames,
  initiators,
  type Answer,
  type Ask,
  type Hop,
  type Host,
  type Scenario,
} from './scenario.ts';
import * as values from './values.ts';

type Roll = (below: number) => number;

const redirects: readonly number[] = [301, 302, 303, 307, 308];
const elements = initiators.filter((one) => one !== 'fetch' && one !== 'xhr');
const statuses: readonly number[] = [200, 200, 200, 200, 201, 204, 304, 400, 401, 403, 404, 500];

/** Makes the scenario of a seed; the same for the same seed. */
export function generate(seed: number): Scenario {
  const roll = dice(seed);
  const frame = chance(roll, 70) ? 'plain' : pick(roll, frames);
  const first = askOf(roll);
  const asks = [first];
  // A second ask on the same URL meets whatever the first left in the preflight cache.
  while (isScripted(first) && asks.length < 3 && chance(roll, 30)) {
    asks.push(chance(roll, 50) ? first : askOf(roll, first));
  }
  const length = chance(roll, 65) ? 1 : 2 + roll(2);
  const hosts = Array.from({ length }, () => hostOf(roll));
  const hops = hosts.map((host, index): Hop => {
    const origin = frame === 'opaque' || taints(hosts.slice(0, index + 1)) ? 'null' : '{A}';
    const last = index === length - 1;
    return {
      host,
      preflight: preflightOf(roll, first, origin),
      actual: last ? finalOf(roll, first, origin) : redirectOf(roll, first, origin),
    };
  });
  return { seed, frame, asks, hops };
}

function isScripted({ initiator }: Ask): boolean {
  return initiator === 'fetch' || initiator === 'xhr';
}

/** Whether a redirect left an origin that was not the page's, so that `Origin` becomes `null`. */
function taints(hosts: readonly Host[]): boolean {
  return hosts.some((host, index) => {
    const next = hosts[index + 1];
    return next !== undefined && next !== host && host !== 'A';
  });
}

function hostOf(roll: Roll): Host {
  const side = roll(10);
  return side < 2 ? 'A' : side < 7 ? 'B' : 'C';
}

function askOf(roll: Roll, like?: Ask): Ask {
  const kind = roll(10);
  const initiator =
    like?.initiator ?? (kind < 5 ? 'fetch' : kind < 7 ? 'xhr' : pick(roll, elements));
  const plain: Ask = {
    initiator,
    method: initiator === 'beacon' ? 'POST' : 'GET',
    headers: [],
    body: initiator === 'beacon' ? { kind: 'text' } : { kind: 'none' },
    mode: 'cors',
    credentials: 'same-origin',
    redirect: 'follow',
    uploadListeners: false,
    crossorigin: undefined,
  };
  if (initiator === 'event-source') {
    return { ...plain, credentials: chance(roll, 50) ? 'include' : 'same-origin' };
  }
  if (initiator !== 'fetch' && initiator !== 'xhr') {
    const crossorigin = pick(roll, [undefined, 'anonymous', 'use-credentials'] as const);
    if (initiator !== 'beacon') return { ...plain, crossorigin };
    return chance(roll, 50) ? plain : { ...plain, body: bodyOf(roll, 'POST') };
  }
  const method = chance(roll, 35) ? 'GET' : pick(roll, values.methods);
  const common = { ...plain, method, headers: headersOf(roll), body: bodyOf(roll, method) };
  return initiator === 'xhr'
    ? {
        ...common,
        credentials: chance(roll, 40) ? 'include' : 'same-origin',
        uploadListeners: chance(roll, 25),
      }
    : {
        ...common,
        mode: chance(roll, 80) ? 'cors' : pick(roll, ['no-cors', 'same-origin'] as const),
        credentials: pick(roll, ['omit', 'same-origin', 'include'] as const),
        redirect: chance(roll, 80) ? 'follow' : pick(roll, ['error', 'manual'] as const),
      };
}

function headersOf(roll: Roll): HeaderList {
  const list = Array.from({ length: chance(roll, 50) ? 0 : 1 + roll(3) }, () =>
    pick(roll, values.requestHeaders),
  );
  // Twice the same name would be joined by the page; that is fetch's own rule, not CORS.
  return list.filter(
    ([name], index) =>
      list.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) === index,
  );
}

function bodyOf(roll: Roll, method: string): BodyFacts {
  if (['GET', 'HEAD'].includes(method.toUpperCase()) || chance(roll, 40)) {
    return { kind: 'none' };
  }
  return pick<BodyFacts>(roll, [
    { kind: 'text' },
    { kind: 'urlencoded' },
    { kind: 'form-data' },
    { kind: 'bytes' },
    { kind: 'blob', type: '' },
    { kind: 'blob', type: 'image/png' },
  ]);
}

function preflightOf(roll: Roll, ask: Ask, origin: string): Answer {
  const headers: HeaderList = [
    ...checkLines(roll, ask, origin),
    ...lines('Access-Control-Allow-Methods', good(roll, allMethods, values.allowMethods)),
    ...lines('Access-Control-Allow-Headers', good(roll, allHeaders, values.allowHeaders)),
    ...lines('Access-Control-Max-Age', good(roll, ['600'], values.maxAges)),
  ];
  const status = chance(roll, 88)
    ? pick(roll, [200, 204])
    : pick(roll, [...statuses, 299, 302, 307]);
  return redirects.includes(status)
    ? { status, headers: [...headers, ['Location', '{next}']] }
    : { status, headers };
}

const allMethods = ['GET, HEAD, POST, PUT, DELETE, PATCH, patch, QUERY, query, OPTIONS, X-ODD'];
const allHeaders = [
  [
    'x-a, x-b, x-_, x-0, authorization, content-type, accept, accept-language, content-language',
    'range, cache-control, if-match, x-requested-with, access-control-allow-origin, save-data, dpr',
    'last-event-id, x-http-method-override',
  ].join(', '),
];

function finalOf(roll: Roll, ask: Ask, origin: string): Answer {
  const scripted = isScripted(ask);
  return {
    status: scripted ? pick(roll, statuses) : chance(roll, 85) ? 200 : pick(roll, [404, 500]),
    headers: [
      ...checkLines(roll, ask, origin),
      ...lines('Access-Control-Expose-Headers', pick(roll, values.exposeHeaders)),
      ...lines('Cross-Origin-Resource-Policy', pick(roll, values.resourcePolicies)),
      ...lines('Timing-Allow-Origin', pick(roll, values.timingOrigins)),
      ...lines('Content-Type', good(roll, [fittingType(ask.initiator)], values.contentTypes)),
      ...(chance(roll, 15) ? ([['X-Content-Type-Options', 'nosniff']] as const) : []),
      ['ETag', '"e"'],
      ['X-Request-Id', 'r'],
      ...(chance(roll, 20) ? ([['Authorization', 'x']] as const) : []),
      ...(chance(roll, 20) ? ([['Set-Cookie', 'unseen=1; Path=/nowhere']] as const) : []),
      ...(chance(roll, 20) ? ([['Last-Modified', 'Thu, 01 Jan 1970 00:00:00 GMT']] as const) : []),
    ],
  };
}

function redirectOf(roll: Roll, ask: Ask, origin: string): Answer {
  const location = chance(roll, 88) ? '{next}' : pick(roll, values.locations);
  return {
    status: pick(roll, redirects),
    headers: [
      ...checkLines(roll, ask, origin),
      ...lines('Timing-Allow-Origin', pick(roll, values.timingOrigins)),
      ...lines('Cross-Origin-Resource-Policy', pick(roll, values.resourcePolicies)),
      ['Location', location],
    ],
  };
}

/** The two headers of the CORS check: mostly right, so that what comes after it is reached. */
function checkLines(roll: Roll, ask: Ask, origin: string): HeaderList {
  const include = ask.credentials === 'include' || ask.crossorigin === 'use-credentials';
  const right = include || chance(roll, 50) ? origin : '*';
  return [
    ...lines('Access-Control-Allow-Origin', good(roll, [right], values.allowOrigins)),
    ...lines(
      'Access-Control-Allow-Credentials',
      good(roll, include ? ['true'] : [], values.allowCredentials),
    ),
  ];
}

function good(
  roll: Roll,
  right: readonly string[],
  others: readonly (readonly string[])[],
): readonly string[] {
  return chance(roll, 75) ? right : pick(roll, others);
}

function lines(name: string, list: readonly string[]): HeaderList {
  return list.map((value) => [name, value] as const);
}

function chance(roll: Roll, percent: number): boolean {
  return roll(100) < percent;
}

function pick<T>(roll: Roll, list: readonly T[]): T {
  const picked = list[roll(list.length)];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no list here is empty
  return picked as T;
}
