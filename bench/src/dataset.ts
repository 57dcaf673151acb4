import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Loader } from './loader.ts';
import type { LoadPlan } from './plan.ts';
import { send, type S3Target } from './s3-target.ts';

/** What must be there before a case can run; each is made once, for the cases that ask for it. */
export type Dataset = 'small' | 'large' | 'huge' | 'listing' | 'cors';

/** Buckets. Only `cors` has a CORS configuration. */
export const buckets = ['plain', 'listing', 'cors'] as const;

const MiB = 1024 * 1024;
export const smallBytes = 4096;
export const largeBytes = MiB;
export const hugeBytes = 64 * MiB;

/** Enough keys that no cache of a few entries answers, few enough to make quickly. */
export const smallKeys = keysOf('plain/small', 2048);
export const largeKeys = keysOf('plain/large', 128);
export const hugeKeys = keysOf('plain/huge', 2);
export const corsKeys = keysOf('cors/small', 512);

/** The common prefixes of the listing; each has the same number of keys beneath it. */
export const listingPrefixes = 200;
const listedBytes = 16;

/** The origin that only the last of the ten rules allows. */
export const corsOrigin = 'https://app.example.com';

const corsRules = Array.from({ length: 10 }, (_unused, index) => {
  const origin = index === 9 ? corsOrigin : `https://tenant-${index}.example.com`;
  return [
    `<CORSRule><AllowedOrigin>${origin}</AllowedOrigin>`,
    ...['GET', 'PUT', 'HEAD'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`),
    '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>',
    '<MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>',
  ].join('');
});

const corsConfiguration = `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${corsRules.join('')}</CORSConfiguration>`;

export async function makeBuckets(target: S3Target): Promise<void> {
  for (const bucket of buckets) await send(target, { method: 'PUT', path: `/${bucket}` });
  await send(target, {
    method: 'PUT',
    path: '/cors',
    query: { cors: '' },
    body: corsConfiguration,
  });
}

/** The keys of the listing below one prefix. */
export function listedKeys(prefix: number, keys: number): readonly string[] {
  const directory = `dir-${String(prefix).padStart(3, '0')}`;
  const each = Math.ceil(keys / listingPrefixes);
  return Array.from(
    { length: each },
    (_unused, index) => `${directory}/object-${String(index).padStart(6, '0')}`,
  );
}

/** Starting points spread over the listing, so that it is not always the first page. */
export function listingStarts(keys: number): readonly string[] {
  return Array.from({ length: 16 }, (_unused, index) => listedKeys(index * 12, keys)[0] ?? '');
}

export async function makeDataset(
  dataset: Dataset,
  target: S3Target,
  tools: { readonly loader: Loader; readonly keys: number },
): Promise<void> {
  const put = async (paths: readonly string[], bodyBytes: number): Promise<void> => {
    const connections = bodyBytes > MiB ? 1 : 32;
    const load = await tools.loader.prepare(putPlan(target, { paths, bodyBytes, connections }));
    await load.connect();
    const limit = { durationMs: 600_000, operationsMax: paths.length };
    const { failures, firstFailure } = await load.run(limit);
    await load.close();
    if (failures > 0)
      throw new Error(`${target.name} refused what it should keep: ${firstFailure}`);
  };
  switch (dataset) {
    case 'small':
      return put(smallKeys, smallBytes);
    case 'large':
      return put(largeKeys, largeBytes);
    case 'huge':
      return put(hugeKeys, hugeBytes);
    case 'cors':
      return put(corsKeys, smallBytes);
    case 'listing':
      return makeListing(target, tools.keys, put);
  }
}

/** A signed PUT of objects of one size. */
export function putPlan(
  target: S3Target,
  options: {
    readonly paths: readonly string[];
    readonly bodyBytes: number;
    readonly connections: number;
    readonly payload?: LoadPlan['payload'];
  },
): LoadPlan {
  return {
    host: target.host,
    port: target.port,
    connections: options.connections,
    method: 'PUT',
    paths: options.paths,
    query: [],
    headers: { 'content-type': 'application/octet-stream' },
    bodyBytes: options.bodyBytes,
    payload: options.payload ?? 'hashed',
    credentials: target.credentials,
    expectedStatuses: [200],
  };
}

async function makeListing(
  target: S3Target,
  keys: number,
  put: (paths: readonly string[], bodyBytes: number) => Promise<void>,
): Promise<void> {
  const prefixesAtOnce = 20;
  for (let first = 0; first < listingPrefixes; first += prefixesAtOnce) {
    const names = Array.from({ length: prefixesAtOnce }, (_unused, index) =>
      listedKeys(first + index, keys),
    ).flat();
    if (target.name === 's3rver') await writeS3rverFiles(target.directory, names);
    else
      await put(
        names.map((name) => `/listing/${name}`),
        listedBytes,
      );
  }
  await checkListing(target);
}

/** A listing that is wrong is fast for the wrong reason. */
async function checkListing(target: S3Target): Promise<void> {
  const list = (query: Readonly<Record<string, string>>): Promise<string> =>
    send(target, { method: 'GET', path: '/listing', query: { 'list-type': '2', ...query } });
  const flat = (await list({ 'max-keys': '1000' })).split('<Key>').length - 1;
  const grouped = (await list({ delimiter: '/' })).split('<CommonPrefixes>').length - 1;
  if (flat !== 1000 || grouped !== listingPrefixes) {
    throw new Error(`${target.name} lists ${flat} keys and ${grouped} prefixes`);
  }
}

/** s3rver keeps an object as files; writing them takes seconds where its PUT takes minutes. */
async function writeS3rverFiles(directory: string, names: readonly string[]): Promise<void> {
  const body = Buffer.alloc(listedBytes, 'x');
  const md5 = createHash('md5').update(body).digest('hex');
  for (const prefix of new Set(names.map((name) => name.slice(0, name.indexOf('/'))))) {
    await mkdir(join(directory, 'listing', prefix), { recursive: true });
  }
  const write = async (name: string): Promise<void> => {
    const path = join(directory, 'listing', name);
    await writeFile(`${path}._S3rver_object`, body);
    await writeFile(`${path}._S3rver_object.md5`, md5);
    await writeFile(`${path}._S3rver_metadata.json`, '{}');
  };
  const batch = 64;
  for (let first = 0; first < names.length; first += batch) {
    await Promise.all(names.slice(first, first + batch).map(write));
  }
}

function keysOf(prefix: string, count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_unused, index) => `/${prefix}-${String(index).padStart(6, '0')}`,
  );
}
