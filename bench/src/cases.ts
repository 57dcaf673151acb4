import {
  corsKeys,
  corsOrigin,
  hugeBytes,
  hugeKeys,
  largeBytes,
  largeKeys,
  listingStarts,
  putPlan,
  smallBytes,
  smallKeys,
  type Dataset,
} from './dataset.ts';
import type { LoadPlan } from './plan.ts';
import type { S3Target } from './s3-target.ts';

/** What a case is held against, in the same rounds. */
export type Floor =
  | {
      readonly kind: 'http';
      readonly method: 'GET' | 'PUT' | 'HEAD' | 'OPTIONS';
      /** Of the constant answer, or of the body that is read and dropped; for `measured`, as many
       * as the server's own answer has. */
      readonly bytes: number | 'measured';
    }
  | { readonly kind: 'commit'; readonly valueBytes: number }
  | { readonly kind: 'md5'; readonly bytes: number };

/** Where the bars of everything but the single streams are. */
export const barConcurrency = 16;

/** The bars that Causeway is held to, at one concurrency. */
export interface Bars {
  readonly concurrency: number;
  /** User and system time of all the server's processes per operation, in milliseconds. */
  readonly cpuMsMax: number;
  /** Of the floor's rate, from 0 to 1. */
  readonly floorShareMin?: number;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly Dataset[];
  /** One stream: there is one connection, whatever the list of concurrencies says. */
  readonly oneStream: boolean;
  /** A variation of the case before it: at the concurrency of the bars only, and not when quick. */
  readonly variation?: true;
  readonly floor: Floor;
  readonly bars?: Bars;
  readonly plan: (target: S3Target, connections: number, listedKeys: number) => LoadPlan;
}

const preflightHeaders = {
  origin: corsOrigin,
  'access-control-request-method': 'PUT',
  'access-control-request-headers': 'authorization,content-type,x-amz-content-sha256,x-amz-date',
};

export const cases: readonly Case[] = [
  {
    id: 'put-4k',
    title: 'PUT 4 KiB',
    needs: [],
    oneStream: false,
    floor: { kind: 'commit', valueBytes: smallBytes },
    bars: { concurrency: barConcurrency, cpuMsMax: 0.45, floorShareMin: 0.4 },
    plan: (target, connections) =>
      putPlan(target, {
        paths: smallKeys.map((path) => path.replace('small', 'put-small')),
        bodyBytes: smallBytes,
        connections,
      }),
  },
  {
    id: 'get-4k',
    title: 'GET 4 KiB',
    needs: ['small'],
    oneStream: false,
    floor: { kind: 'http', method: 'GET', bytes: smallBytes },
    bars: { concurrency: barConcurrency, cpuMsMax: 0.25, floorShareMin: 0.35 },
    plan: (target, connections) =>
      read(target, connections, { paths: smallKeys, expectedBodyBytes: smallBytes }),
  },
  {
    id: 'head-4k',
    title: 'HEAD',
    needs: ['small'],
    oneStream: false,
    floor: { kind: 'http', method: 'HEAD', bytes: 0 },
    bars: { concurrency: barConcurrency, cpuMsMax: 0.18 },
    plan: (target, connections) =>
      read(target, connections, { method: 'HEAD', paths: smallKeys, expectedBodyBytes: 0 }),
  },
  {
    id: 'put-1m',
    title: 'PUT 1 MiB',
    needs: [],
    oneStream: false,
    floor: { kind: 'http', method: 'PUT', bytes: largeBytes },
    bars: { concurrency: barConcurrency, cpuMsMax: 4.5 },
    plan: (target, connections) => putLarge(target, connections, 'hashed'),
  },
  {
    id: 'put-1m-unsigned',
    title: 'PUT 1 MiB, unsigned payload',
    variation: true,
    needs: [],
    oneStream: false,
    floor: { kind: 'http', method: 'PUT', bytes: largeBytes },
    plan: (target, connections) => putLarge(target, connections, 'unsigned'),
  },
  {
    id: 'get-1m',
    title: 'GET 1 MiB',
    needs: ['large'],
    oneStream: false,
    floor: { kind: 'http', method: 'GET', bytes: largeBytes },
    bars: { concurrency: barConcurrency, cpuMsMax: 1.2 },
    plan: (target, connections) =>
      read(target, connections, { paths: largeKeys, expectedBodyBytes: largeBytes }),
  },
  {
    id: 'put-64m',
    title: 'PUT 64 MiB, one stream',
    needs: [],
    oneStream: true,
    floor: { kind: 'md5', bytes: hugeBytes },
    bars: { concurrency: 1, cpuMsMax: 240, floorShareMin: 0.5 },
    plan: (target, connections) => putHuge(target, connections, 'hashed'),
  },
  {
    id: 'put-64m-unsigned',
    title: 'PUT 64 MiB, one stream, unsigned payload',
    variation: true,
    needs: [],
    oneStream: true,
    floor: { kind: 'md5', bytes: hugeBytes },
    plan: (target, connections) => putHuge(target, connections, 'unsigned'),
  },
  {
    id: 'get-64m',
    title: 'GET 64 MiB, one stream',
    needs: ['huge'],
    oneStream: true,
    floor: { kind: 'http', method: 'GET', bytes: hugeBytes },
    bars: { concurrency: 1, cpuMsMax: 60, floorShareMin: 0.5 },
    plan: (target, connections) =>
      read(target, connections, { paths: hugeKeys, expectedBodyBytes: hugeBytes }),
  },
  {
    id: 'list',
    title: 'LIST 1,000 keys',
    needs: ['listing'],
    oneStream: false,
    floor: { kind: 'http', method: 'GET', bytes: 'measured' },
    bars: { concurrency: barConcurrency, cpuMsMax: 6 },
    plan: (target, connections, listedKeys) =>
      read(target, connections, {
        paths: ['/listing'],
        query: listingStarts(listedKeys).map((start) => ({
          'list-type': '2',
          'max-keys': '1000',
          'start-after': start,
        })),
      }),
  },
  {
    id: 'list-delimiter',
    title: 'LIST with a delimiter, 200 prefixes',
    needs: ['listing'],
    oneStream: false,
    floor: { kind: 'http', method: 'GET', bytes: 'measured' },
    bars: { concurrency: barConcurrency, cpuMsMax: 3 },
    plan: (target, connections) =>
      read(target, connections, {
        paths: ['/listing'],
        query: [{ 'list-type': '2', delimiter: '/' }],
      }),
  },
  {
    id: 'preflight',
    title: 'preflight, 10 rules, the last matches',
    needs: ['cors'],
    oneStream: false,
    floor: { kind: 'http', method: 'OPTIONS', bytes: 0 },
    bars: { concurrency: barConcurrency, cpuMsMax: 0.09, floorShareMin: 0.7 },
    plan: (target, connections) => {
      const { credentials: _unsigned, ...plan } = read(target, connections, {
        method: 'OPTIONS',
        paths: corsKeys,
        headers: preflightHeaders,
      });
      return { ...plan, expectedStatuses: [200, 204], expectedBodyBytes: 0 };
    },
  },
  {
    id: 'get-4k-origin',
    title: 'GET 4 KiB with Origin',
    needs: ['cors'],
    oneStream: false,
    floor: { kind: 'http', method: 'GET', bytes: smallBytes },
    bars: { concurrency: barConcurrency, cpuMsMax: 0.27 },
    plan: (target, connections) =>
      read(target, connections, {
        paths: corsKeys,
        headers: { origin: corsOrigin },
        expectedBodyBytes: smallBytes,
      }),
  },
];

function putLarge(target: S3Target, connections: number, payload: LoadPlan['payload']): LoadPlan {
  const paths = largeKeys.map((path) => path.replace('large', 'put-large'));
  return putPlan(target, { paths, bodyBytes: largeBytes, connections, payload });
}

function putHuge(target: S3Target, connections: number, payload: LoadPlan['payload']): LoadPlan {
  const paths = hugeKeys.map((path) => path.replace('huge', 'put-huge'));
  return putPlan(target, { paths, bodyBytes: hugeBytes, connections, payload });
}

/** A signed request without body. */
function read(
  target: S3Target,
  connections: number,
  request: {
    readonly method?: 'GET' | 'HEAD' | 'OPTIONS';
    readonly paths: readonly string[];
    readonly query?: LoadPlan['query'];
    readonly headers?: LoadPlan['headers'];
    readonly expectedBodyBytes?: number;
  },
): LoadPlan {
  return {
    host: target.host,
    port: target.port,
    connections,
    method: 'GET',
    query: [],
    headers: {},
    bodyBytes: 0,
    payload: 'hashed',
    credentials: target.credentials,
    expectedStatuses: [200],
    ...request,
  };
}
