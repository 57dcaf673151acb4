import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { start } from './main.ts';
import { startPostgres, type TestPostgres } from './metadata/postgres-for-tests.ts';
import type { AssembledServer } from './running-server.ts';

// Two servers without state of their own, over one database and one path.
let postgres: TestPostgres;
let directory: string;
let url: string;
let servers: AssembledServer[] = [];
let clients: s3.S3Client[] = [];
const Bucket = 'shared';

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.database('servers');
  directory = await mkdtemp(join(tmpdir(), 'causeway-shared-'));
  servers = await Promise.all([serve(), serve()]);
  clients = servers.map(
    ({ url: endpoint, accessKeyId, secretAccessKey }) =>
      new s3.S3Client({
        endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey },
      }),
  );
  await clients[0]?.send(new s3.CreateBucketCommand({ Bucket }));
}, 60_000);

afterAll(async () => {
  for (const client of clients) client.destroy();
  for (const server of servers) await server.close();
  await postgres?.close();
  await rm(directory, { recursive: true });
});

async function serve(): Promise<AssembledServer> {
  const config = readConfig({
    flags: { '--listen': '127.0.0.1:0', '--data': directory, '--metadata': url, '--log': 'off' },
    environment: { CAUSEWAY_ROOT_USER: 'root', CAUSEWAY_ROOT_PASSWORD: 'only-for-tests' },
    terminal: false,
  });
  return start(config, {
    sink: { now: Date.now, append: (_, done) => done(), batchCharsMax: 1000 },
  });
}

const put = (client: s3.S3Client, Key: string, Body: string, more = {}) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));

async function read(client: s3.S3Client, Key: string, VersionId?: string): Promise<string> {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key, VersionId }));
  return (await Body?.transformToString()) ?? '';
}

test('what one server wrote, the other reads at once, small and large', async () => {
  const [one, other] = pair();
  const large = 'x'.repeat(300_000);
  for (let round = 0; round < 10; round += 1) {
    await put(one, 'small', `${round}`);
    expect(await read(other, 'small')).toBe(`${round}`);
  }
  await put(other, 'large', large);
  expect(await read(one, 'large')).toBe(large);
  const { Contents } = await one.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['large', 'small']);
});

test('a CORS rule, and versions, hold at every server at once', async () => {
  const [one, other] = pair();
  const CORSConfiguration = {
    CORSRules: [{ AllowedOrigins: ['https://a.test'], AllowedMethods: ['GET'] }],
  };
  await one.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration }));
  const answer = await fetch(`${servers[1]?.url}/${Bucket}/x`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://a.test', 'Access-Control-Request-Method': 'GET' },
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://a.test');
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await put(one, 'kept', 'before');
  await one.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const { VersionId } = await put(other, 'kept', 'after');
  expect(await read(one, 'kept', VersionId)).toBe('after');
  expect(await read(one, 'kept', 'null')).toBe('before');
});

test('of writers at both servers who race for a key, exactly one wins', async () => {
  const writers = [...clients, ...clients, ...clients, ...clients];
  for (let round = 0; round < 10; round += 1) {
    const outcomes = await Promise.all(
      writers.map((client, index) =>
        put(client, `raced-${round}`, `${index}`, { IfNoneMatch: '*' }).then(
          () => `${index}`,
          (error: Error) => error.name,
        ),
      ),
    );
    const winners = outcomes.filter((outcome) => outcome !== 'PreconditionFailed');
    expect(winners).toHaveLength(1);
    expect(await read(pair()[0], `raced-${round}`)).toBe(winners[0]);
  }
});

test('a database that goes away is 503, and what was written is there when it is back', async () => {
  const [one, other] = pair();
  await put(one, 'before', 'the fall');
  await postgres.restart();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => put(one, `meanwhile-${index}`, 'x')),
  );
  const codes = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason.name] : [],
  );
  expect(codes.filter((code) => code !== 'ServiceUnavailable')).toEqual([]);
  expect(await read(other, 'before')).toBe('the fall');
  await put(one, 'after', 'it');
  expect(await read(other, 'after')).toBe('it');
}, 60_000);

function pair(): [s3.S3Client, s3.S3Client] {
  const [one, other] = clients;
  if (one === undefined || other === undefined) throw new Error('two servers are needed');
  return [one, other];
}
