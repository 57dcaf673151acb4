import { setTimeout as sleep } from 'node:timers/promises';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from './causeway.ts';
import { openSocket } from './raw-socket.ts';
import { newBucket, sdk } from './sdk.ts';
import { signedHeaders } from './sign.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let bucket: string;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  bucket = await newBucket(client);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

/** A good request whose body breaks off after four of a thousand bytes. */
function head(target: string): string {
  const host = `127.0.0.1:${causeway.port}`;
  const headers = signedHeaders(causeway.credentials, { method: 'PUT', target, host });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `PUT ${target} HTTP/1.1\r\n${lines.join('')}content-length: 1000\r\n\r\nhalf`;
}

test.concurrent('a client that sends its head byte by byte is cut off', async () => {
  const socket = await openSocket(causeway.port);
  await socket.send(`GET /${bucket} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: `);
  const started = performance.now();
  while (!(await socket.closed(500)) && performance.now() - started < 60_000) {
    await socket.send('x');
  }
  expect(performance.now() - started).toBeLessThan(40_000);
  const answer = await socket.answer(10);
  expect(answer === undefined || answer.status === 408 || answer.status === 400).toBe(true);
  socket.close();
});

test.concurrent('a client that stops in the middle of its body is told, and cut off', async () => {
  const socket = await openSocket(causeway.port);
  await socket.send(head(`/${bucket}/stopped`));
  const started = performance.now();
  const answer = await socket.answer(100_000);
  expect(performance.now() - started).toBeGreaterThan(10_000);
  expect(answer?.status).toBe(400);
  expect(answer?.body).toContain('<Code>RequestTimeout</Code>');
  expect(await socket.closed(20_000)).toBe(true);
});

test.concurrent('many stalled clients do not keep others waiting', async () => {
  const stalled = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = await openSocket(causeway.port);
      await socket.send(head(`/${bucket}/stalled`));
      return socket;
    }),
  );
  await sleep(200);
  const started = performance.now();
  await client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: 'quick', Body: 'x' }));
  const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket: bucket }));
  expect(performance.now() - started).toBeLessThan(2000);
  expect(Contents.map(({ Key }) => Key)).toEqual(['quick']);
  for (const socket of stalled) {
    socket.close();
  }
  await sleep(200);
  const after = await client.send(new s3.ListObjectsV2Command({ Bucket: bucket }));
  expect(after.Contents?.map(({ Key }) => Key)).toEqual(['quick']);
});
