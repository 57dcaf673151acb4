import { Buffer } from 'node:buffer';
import { beforeEach, expect, test } from 'vitest';
import { accountsOf } from './auth/accounts.ts';
import { rootAccount } from './auth/root-credentials.ts';
import { signRequest } from './auth/sign-request.ts';
import type { HttpRequest } from './http/request.ts';
import { openMemoryMetadata } from './metadata/memory.ts';
import type { MetadataEngine } from './metadata/engine.ts';
import { createProbes } from './observe/probes.ts';
import { operations } from './operations/index.ts';
import { createRouter } from './operations/router.ts';
import { EngineError } from './engine-error.ts';
import { createServe, type Served } from './serve.ts';
import { openTestStore, readAll, streamOf } from './store/store-for-tests.ts';

const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret-for-tests' };
const page = 'https://app.example';
const nowMs = Date.UTC(2026, 0, 1);
const router = createRouter(operations);

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly query?: string;
  readonly signed?: boolean;
}

let send: (method: string, path: string, sent?: Sent) => Promise<Served>;
let fail: EngineError | undefined;

beforeEach(async () => {
  fail = undefined;
  const memory = openMemoryMetadata();
  const metadata: MetadataEngine = {
    ...memory,
    commit: (commit) => (fail === undefined ? memory.commit(commit) : Promise.reject(fail)),
  };
  const store = await openTestStore({ metadata });
  const { bucket } = await store.buckets.create({
    name: 'photos',
    region: 'us-east-1',
    owner: rootAccount.id,
  });
  await store.buckets.configure(bucket, {
    cors: [
      { AllowedOrigins: [page], AllowedMethods: ['GET', 'PUT'], ExposeHeaders: ['ETag'] },
      { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'] },
    ],
  });
  const serve = createServe({
    store,
    accounts: accountsOf(keys, []),
    router,
    probe: createProbes({
      ready: () => Promise.reject(new Error('the disk is gone')),
      measurements: () => Promise.resolve([]),
    }),
    region: 'us-east-1',
    sigv2: false,
    domains: ['s3.test'],
    websiteDomains: ['s3-website.s3.test'],
    corsVary: 'safe',
    hostId: 'host',
    now: () => nowMs,
  });
  send = (method, path, sent = {}) => serve(request(method, path, sent));
});

function request(method: string, path: string, sent: Sent): HttpRequest {
  const { headers = {}, body = '', query = '', signed = true } = sent;
  const plain = { host: '127.0.0.1', 'content-length': String(body.length), ...headers };
  const all = signed
    ? signRequest({ method, path, query, headers: plain }, { ...keys, region: 'x', nowMs })
    : plain;
  return {
    id: '0123456789ABCDEF',
    method,
    path,
    query,
    headers: all,
    rawHeaders: Object.entries(all).flat(),
    body: streamOf(Buffer.from(body)),
    signal: new AbortController().signal,
    remoteAddress: '127.0.0.1',
    receivedMs: nowMs,
  };
}

async function text({ body }: Served): Promise<string> {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : (await readAll(body)).toString();
}

test('an object that was put is got, and the page may read it', async () => {
  const put = await send('PUT', '/photos/a', { body: 'hello', headers: { origin: page } });
  expect(put.status).toBe(200);
  const got = await send('GET', '/photos/a', { headers: { origin: page } });
  expect(got.status).toBe(200);
  expect(await text(got)).toBe('hello');
  for (const { headers } of [put, got]) {
    expect(headers['Access-Control-Allow-Origin']).toBe(page);
    expect(headers['Access-Control-Expose-Headers']).toBe('ETag');
    expect(headers['x-amz-request-id']).toBe('0123456789ABCDEF');
  }
});

const malformed = { headers: { authorization: 'AWS4-HMAC-SHA256 x' }, signed: false };

test.each<{ path: string; sent?: Sent; status: number; code: string }>([
  { path: '/photos/none', status: 404, code: 'NoSuchKey' },
  { path: '/photos/a', sent: { signed: false }, status: 403, code: 'AccessDenied' },
  { path: '/photos/a', sent: malformed, status: 400, code: 'AuthorizationHeaderMalformed' },
  { path: '/photos', sent: { query: 'logging' }, status: 501, code: 'NotImplemented' },
  { path: '/photos', sent: { query: 'max-keys=x' }, status: 400, code: 'InvalidArgument' },
])('a page can read that it failed: $code', async ({ path, sent, status, code }) => {
  const reply = await send('GET', path, { ...sent, headers: { ...sent?.headers, origin: page } });
  expect([reply.status, reply.record.error?.code]).toEqual([status, code]);
  expect(await text(reply)).toContain(`<Code>${code}</Code>`);
  expect(reply.headers['Access-Control-Allow-Origin']).toBe(page);
});

test('what is not served is named', async () => {
  const reply = await send('GET', '/photos', { query: 'logging' });
  expect(reply.record.operation).toBe('GetBucketLogging');
  expect(await text(reply)).toContain('GetBucketLogging');
});

test('a preflight is answered without a signature, and refused with the reason', async () => {
  const headers = { origin: page, 'access-control-request-method': 'PUT' };
  const granted = await send('OPTIONS', '/photos/a', { headers, signed: false });
  expect(granted.status).toBe(200);
  expect(granted.headers['Access-Control-Allow-Methods']).toBe('GET, PUT');
  const other = { ...headers, origin: 'https://evil.example' };
  const refused = await send('OPTIONS', '/photos/a', { headers: other, signed: false });
  expect(refused.status).toBe(403);
  expect(await text(refused)).toContain('<Code>AccessForbidden</Code>');
  expect(Object.keys(refused.headers).join()).not.toContain('Access-Control');
  expect(refused.record.cors).toBe('no-rule-matches');
  expect(String(refused.record.error?.cause)).toContain('does not allow the method PUT');
});

test('a bucket that is not there refuses preflights and answers NoSuchBucket to its callers', async () => {
  const headers = { origin: page, 'access-control-request-method': 'PUT' };
  const preflight = await send('OPTIONS', '/absent/a', { headers, signed: false });
  expect([preflight.status, preflight.record.cors]).toEqual([403, 'bucket-not-found']);
  const reply = await send('GET', '/absent/a');
  expect(reply.record.error?.code).toBe('NoSuchBucket');
  expect(await text(reply)).toContain('<BucketName>absent</BucketName>');
});

test('an answer to nobody or to another origin still varies by origin', async () => {
  await send('PUT', '/photos/a', { body: 'x' });
  const alone = await send('GET', '/photos/a');
  const other = await send('GET', '/photos/a', { headers: { origin: 'https://evil.example' } });
  for (const { headers, status } of [alone, other]) {
    expect([status, headers['Vary']]).toEqual([200, 'Origin']);
    expect(headers['Access-Control-Allow-Origin']).toBeUndefined();
  }
});

test('a failure of HEAD has a status and no body', async () => {
  const reply = await send('HEAD', '/photos/none');
  expect([reply.status, await text(reply)]).toEqual([404, '']);
});

test('a host below a domain names the bucket', async () => {
  await send('PUT', '/photos/a', { body: 'x' });
  const reply = await send('GET', '/a', { headers: { host: 'photos.s3.test' } });
  expect([reply.status, await text(reply)]).toEqual([200, 'x']);
});

test.each<[EngineError, number, string]>([
  [new EngineError('unavailable', 'no'), 503, 'ServiceUnavailable'],
  [new EngineError('full', 'no'), 507, 'InsufficientStorage'],
  [new EngineError('corrupt', 'secret path'), 500, 'InternalError'],
])('an engine that fails: %s', async (error, status, code) => {
  fail = error;
  const reply = await send('PUT', '/photos/a', { body: 'x', headers: { origin: page } });
  expect([reply.status, reply.record.error?.code]).toEqual([status, code]);
  expect(await text(reply)).not.toContain('secret path');
  expect(reply.record.error?.cause).toBe(error);
  expect(reply.headers['Access-Control-Allow-Origin']).toBe(page);
});

test('probes answer to nobody in particular; signed requests reach a bucket of that name', async () => {
  expect((await send('GET', '/health/live', { signed: false })).status).toBe(200);
  const ready = await send('GET', '/minio/health/ready', { signed: false });
  expect([ready.status, await text(ready)]).toEqual([503, 'the disk is gone\n']);
  const bucket = await send('GET', '/health/live');
  expect(bucket.record.error?.code).toBe('NoSuchBucket');
});

test('a target that is no target is refused before anything is looked up', async () => {
  const reply = await send('GET', '/photos/%ff', { signed: false });
  expect(reply.record.error?.code).toBe('InvalidURI');
});
