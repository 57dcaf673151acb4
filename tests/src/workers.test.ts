import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCauseway, startOwnCauseway, temporaryFolder } from './causeway.ts';
import { openSocket } from './raw-socket.ts';
import { bytesOf, newBucket, sdk } from './sdk.ts';
import { signedHeaders } from './sign.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;

beforeAll(async () => {
  causeway = await startOwnCauseway({ workers: 2 });
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

/** One request on a connection of its own, so that the kernel or the primary picks a worker anew. */
async function once(
  method: string,
  target: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    request(
      { host: '127.0.0.1', port: causeway.port, agent, method, path: target, headers },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => (body += text));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }),
        );
      },
    )
      .on('error', reject)
      .end();
  });
}

async function signedOnce(method: string, target: string) {
  const host = `127.0.0.1:${causeway.port}`;
  return once(method, target, signedHeaders(causeway.credentials, { method, target, host }));
}

test('what one worker wrote, every worker reads at once', async () => {
  const Bucket = await newBucket(client);
  for (let at = 0; at < 30; at += 1) {
    const Key = `key-${at % 5}`;
    await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: `version ${at}` }));
    const reads = await Promise.all(
      Array.from({ length: 6 }, async () => signedOnce('GET', `/${Bucket}/${Key}`)),
    );
    expect(reads.map(({ body }) => body)).toEqual(reads.map(() => `version ${at}`));
  }
  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'key-0' }));
  const gone = await Promise.all(
    Array.from({ length: 6 }, async () => signedOnce('GET', `/${Bucket}/key-0`)),
  );
  expect(new Set(gone.map(({ status }) => status))).toEqual(new Set([404]));
  const listings = await Promise.all(
    Array.from({ length: 6 }, async () => signedOnce('GET', `/${Bucket}?list-type=2`)),
  );
  expect(new Set(listings.map(({ body }) => body.match(/<Key>/g)?.length))).toEqual(new Set([4]));
});

test('a new CORS configuration holds on every worker at once', async () => {
  const Bucket = await newBucket(client);
  const preflights = async (): Promise<Set<unknown>> => {
    const headers = { origin: 'https://a.test', 'access-control-request-method': 'GET' };
    const answers = await Promise.all(
      Array.from({ length: 12 }, async () => once('OPTIONS', `/${Bucket}/x`, headers)),
    );
    return new Set(
      answers.map(
        ({ status, headers: got }) => `${status} ${String(got['access-control-allow-origin'])}`,
      ),
    );
  };
  const configure = async (origin: string): Promise<unknown> =>
    client.send(
      new s3.PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: [origin] }] },
      }),
    );
  for (let at = 0; at < 5; at += 1) {
    await configure('https://a.test');
    expect(await preflights()).toEqual(new Set(['200 https://a.test']));
    await configure('https://b.test');
    expect(await preflights()).toEqual(new Set(['403 undefined']));
    await configure('*');
    expect(await preflights()).toEqual(new Set(['200 *']));
    await client.send(new s3.DeleteBucketCorsCommand({ Bucket }));
    expect(await preflights()).toEqual(new Set(['403 undefined']));
  }
});

test('of many writers at several workers exactly one creates', async () => {
  const Bucket = await newBucket(client);
  const clients = Array.from({ length: 8 }, () => sdk(causeway));
  for (let at = 0; at < 5; at += 1) {
    const outcomes = await Promise.all(
      clients.map(async (each) =>
        each
          .send(new s3.PutObjectCommand({ Bucket, Key: `one-${at}`, Body: 'x', IfNoneMatch: '*' }))
          .then(() => 'created')
          .catch((error: Error) => error.name),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
  }
  for (const each of clients) {
    each.destroy();
  }
});

test('of 64 writers who race for each of 10 keys, exactly one wins, round after round', async () => {
  const Bucket = await newBucket(client);
  const clients = Array.from({ length: 64 }, () => sdk(causeway));
  const keys = Array.from({ length: 10 }, (_, at) => `raced-${at}`);
  const etags = new Map<string, string | undefined>();
  for (let round = 0; round < 4; round += 1) {
    for (const Key of keys) {
      const etag = etags.get(Key);
      const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
      const winners: string[] = [];
      await Promise.all(
        clients.map(async (each, at) => {
          const Body = `${Key} ${round} ${at}`;
          const put = new s3.PutObjectCommand({ Bucket, Key, Body, ...condition });
          await each.send(put).then(
            () => winners.push(Body),
            (error: Error) => expect(error.name).toBe('PreconditionFailed'),
          );
        }),
      );
      expect(winners).toHaveLength(1);
      const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe(winners[0]);
      etags.set(Key, got.ETag);
    }
  }
  for (const each of clients) each.destroy();
}, 120_000);

test('a worker that dies is replaced, and what was acknowledged is still there', async (context) => {
  if (process.platform !== 'linux') {
    context.skip('the death of a worker (it is found through /proc, on Linux)');
  }
  const Bucket = await newBucket(client);
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'before', Body: 'the crash' }));
  const before = await causeway.processes();
  const victim = before.find((pid) => pid !== causeway.pid) ?? 0;
  process.kill(victim, 'SIGKILL');
  const deadline = performance.now() + 10_000;
  let now = before;
  while ((now.includes(victim) || now.length < before.length) && performance.now() < deadline) {
    await sleep(50);
    now = await causeway.processes();
  }
  expect(now).toHaveLength(before.length);
  expect(now).not.toContain(victim);
  const reads = await Promise.all(
    Array.from({ length: 12 }, async () => signedOnce('GET', `/${Bucket}/before`)),
  );
  expect(reads.map(({ body }) => body)).toEqual(reads.map(() => 'the crash'));
});

test('health and metrics answer without credentials, for MinIO probes too', async () => {
  for (const path of [
    '/health/live',
    '/health/ready',
    '/minio/health/live',
    '/minio/health/ready',
  ]) {
    expect((await once('GET', path)).status).toBe(200);
  }
  const metrics = await once('GET', '/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.headers['content-type']).toContain('text/plain');
  expect(metrics.body).toMatch(/^# TYPE \w+ counter$/m);
  expect(metrics.body).toContain('PutObject');
});

test('SIGTERM lets a running upload finish, and the process ends with 0', async () => {
  const folder = await temporaryFolder();
  const first = await startCauseway({ data: folder.path, workers: 2 });
  const setup = sdk(first);
  const Bucket = await newBucket(setup);
  setup.destroy();

  const body = bytesOf(600_000, 42);
  const target = `/${Bucket}/running`;
  const headers = signedHeaders(first.credentials, {
    method: 'PUT',
    target,
    host: `127.0.0.1:${first.port}`,
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = await openSocket(first.port);
  const idle = await openSocket(first.port);
  await socket.send(
    `PUT ${target} HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`,
  );
  await socket.send(body.subarray(0, 300_000));
  await sleep(200);
  const stopped = first.stop();
  await sleep(500);
  await expect(openSocket(first.port)).rejects.toThrow('ECONNREFUSED');
  await socket.send(body.subarray(300_000));
  expect((await socket.answer())?.status).toBe(200);
  const endedAt = performance.now();
  expect(await stopped).toBe(0);
  // A connection that is idle does not hold it up.
  expect(performance.now() - endedAt).toBeLessThan(5000);
  idle.close();
  socket.close();

  const second = await startCauseway({ data: folder.path });
  const reader = sdk(second);
  const got = await reader.send(new s3.GetObjectCommand({ Bucket, Key: 'running' }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  reader.destroy();
  expect(await second.stop()).toBe(0);
  await folder.remove();
});
