import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import * as s3 from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { launchChromium } from '../chromium.ts';
import { newBucket, sdk } from '../sdk.ts';
import { servePages, type PageServer } from './page-server.ts';
import { openTab } from './tab.ts';
import type { UploadRequest } from './upload-page.ts';

const MiB = 1024 * 1024;
let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let browser: Browser | undefined;
let app: PageServer;

beforeAll(async () => {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('upload-page.js', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
  });
  [causeway, browser, app] = await Promise.all([
    startOwnCauseway(),
    launchChromium(),
    servePages({ '/upload.js': bundle.outputFiles[0]?.text ?? '' }),
  ]);
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await Promise.all([browser?.close(), app?.close(), causeway?.close()]);
});

test('the AWS SDK in a page uploads 30 MiB in parts and reads the same bytes back', async (context) => {
  const Bucket = await newBucket(client);
  const rule = {
    AllowedOrigins: [app.origin],
    AllowedMethods: ['GET', 'PUT', 'POST', 'HEAD', 'DELETE'],
    AllowedHeaders: ['*'],
    // The SDK completes the upload with what it read from each part's answer: without the second
    // header here it sends no checksums, and S3 refuses to complete.
    ExposeHeaders: ['ETag', 'x-amz-checksum-crc32'],
  };
  await client.send(
    new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }),
  );
  const tab = await openTab(context, browser, app.origin);
  const request: UploadRequest = {
    endpoint: causeway.url,
    credentials: causeway.credentials,
    bucket: Bucket,
    key: 'from the page/30 MiB.bin',
    sizeBytes: 30 * MiB,
  };
  const result = await tab.page.evaluate(async (ask) => globalThis.uploadFromPage(ask), request);
  expect(tab.corsErrors()).toEqual([]);
  expect(result.etag).toMatch(/^"[0-9a-f]{32}-6"$/);
  expect(result.progress).toHaveLength(6);
  expect(Math.max(...result.progress)).toBe(30 * MiB);
  expect(result.readBack).toBe(result.sent);
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: request.key }));
  const bytes = (await got.Body?.transformToByteArray()) ?? new Uint8Array();
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(result.sent);
});
