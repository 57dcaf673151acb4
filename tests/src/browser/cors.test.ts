import * as s3 from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test, type TestContext } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { launchChromium } from '../chromium.ts';
import { newBucket, sdk } from '../sdk.ts';
import { servePages, type PageServer } from './page-server.ts';
import { openTab, type FetchOptions, type Tab } from './tab.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let browser: Browser | undefined;
let app: PageServer;
let other: PageServer;
let Bucket: string;

beforeAll(async () => {
  [causeway, browser, app, other] = await Promise.all([
    startOwnCauseway(),
    launchChromium(),
    servePages(),
    servePages(),
  ]);
  client = sdk(causeway, { requestChecksumCalculation: 'WHEN_REQUIRED' });
});
afterAll(async () => {
  client?.destroy();
  await Promise.all([browser?.close(), app?.close(), other?.close(), causeway?.close()]);
});
beforeEach(async () => {
  Bucket = await newBucket(client);
});

/** One PNG pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const upload: FetchOptions = {
  method: 'PUT',
  headers: { 'content-type': 'text/plain', 'x-amz-meta-colour': 'blue' },
  body: 'from the page',
};

async function presignedPut(Key: string): Promise<string> {
  // What the page will send under x-amz- has to be signed, as a header.
  const command = new s3.PutObjectCommand({ Bucket, Key, Metadata: { colour: 'blue' } });
  return getSignedUrl(client, command, { unhoistableHeaders: new Set(['x-amz-meta-colour']) });
}

async function presignedGet(Key: string): Promise<string> {
  return getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key }));
}

async function allow(rule: Partial<s3.CORSRule>): Promise<void> {
  const CORSRules = [
    {
      AllowedOrigins: [app.origin],
      AllowedMethods: ['GET', 'PUT', 'HEAD'],
      AllowedHeaders: ['content-type', 'x-amz-*'],
      ExposeHeaders: ['ETag'],
      ...rule,
    },
  ];
  await client.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
}

async function exists(Key: string): Promise<boolean> {
  const { KeyCount } = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: Key }));
  return KeyCount === 1;
}

/** An image has no need of CORS to be shown. */
async function showsImage(tab: Tab, url: string): Promise<boolean> {
  const shown: unknown = await tab.page.evaluate(`new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth === 1);
    image.onerror = () => resolve(false);
    image.src = ${JSON.stringify(url)};
    document.body.append(image);
  })`);
  return shown === true;
}

const failed = { kind: 'failed', error: 'TypeError: Failed to fetch' };

test('without a CORS configuration a PUT stops at its preflight and writes nothing', async (context: TestContext) => {
  const tab = await openTab(context, browser, app.origin);
  expect(await tab.fetch(await presignedPut('from-page'), upload)).toEqual(failed);
  expect(tab.corsErrors()).toEqual([{ code: 'PreflightMissingAllowOriginHeader', parameter: '' }]);
  expect(tab.statuses()).toEqual([403]);
  expect(await exists('from-page')).toBe(false);
});

test('without a CORS configuration a GET reaches the server and the page cannot read it', async (context) => {
  await client.send(
    new s3.PutObjectCommand({ Bucket, Key: 'a.png', Body: picture, ContentType: 'image/png' }),
  );
  const tab = await openTab(context, browser, app.origin);
  const url = await presignedGet('a.png');
  expect(await tab.fetch(url)).toEqual(failed);
  expect(tab.corsErrors()).toEqual([{ code: 'MissingAllowOriginHeader', parameter: '' }]);
  expect(tab.statuses()).toEqual([200]);
  expect(await showsImage(tab, url)).toBe(true);
});

test('with a rule for the origin the same PUT succeeds and the page reads ETag', async (context) => {
  await allow({});
  const tab = await openTab(context, browser, app.origin);
  const put = await tab.fetch(await presignedPut('from-page'), upload);
  expect(put).toMatchObject({ kind: 'read', status: 200 });
  expect(put).toHaveProperty('headers.etag', '"090310bd6c909c200c555326e2e25bf4"');
  expect(tab.corsErrors()).toEqual([]);
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'from-page' }));
  expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { colour: 'blue' } });
  expect(await got.Body?.transformToString()).toBe('from the page');
  const read = await tab.fetch(await presignedGet('from-page'));
  expect(read).toMatchObject({ kind: 'read', status: 200, text: 'from the page' });
});

test('headers that are not exposed stay hidden', async (context) => {
  await allow({ ExposeHeaders: ['x-amz-meta-colour'] });
  const tab = await openTab(context, browser, app.origin);
  await tab.fetch(await presignedPut('from-page'), upload);
  const read = await tab.fetch(await presignedGet('from-page'));
  expect(read).toHaveProperty('headers.x-amz-meta-colour', 'blue');
  expect(read).not.toHaveProperty('headers.etag');
});

test('another origin stays blocked', async (context) => {
  await allow({});
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'secret' }));
  const tab = await openTab(context, browser, other.origin);
  expect(await tab.fetch(await presignedPut('from-page'), upload)).toEqual(failed);
  expect(tab.corsErrors()).toEqual([{ code: 'PreflightMissingAllowOriginHeader', parameter: '' }]);
  expect(await exists('from-page')).toBe(false);
  expect(await tab.fetch(await presignedGet('a.txt'))).toEqual(failed);
  expect(tab.corsErrors()).toEqual([{ code: 'MissingAllowOriginHeader', parameter: '' }]);
});

test('a header or a method without a rule stops at the preflight', async (context) => {
  await allow({ AllowedHeaders: ['content-type'] });
  const tab = await openTab(context, browser, app.origin);
  const url = await presignedPut('from-page');
  expect(await tab.fetch(url, upload)).toEqual(failed);
  expect(await tab.fetch(url, { method: 'DELETE' })).toEqual(failed);
  // S3 refuses such a preflight as a whole, so the origin's header is what the browser misses.
  expect(tab.corsErrors()).toEqual([
    { code: 'PreflightMissingAllowOriginHeader', parameter: '' },
    { code: 'PreflightMissingAllowOriginHeader', parameter: '' },
  ]);
  expect(await exists('from-page')).toBe(false);
});

test('errors are readable by the page, as XML', async (context) => {
  await allow({});
  const tab = await openTab(context, browser, app.origin);
  const missing = await tab.fetch(await presignedGet('not-there'));
  expect(missing).toMatchObject({ kind: 'read', status: 404 });
  expect(missing).toHaveProperty('text', expect.stringContaining('<Code>NoSuchKey</Code>'));
  expect(missing).toHaveProperty('headers.content-type', 'application/xml');
  const anonymous = await tab.fetch(`${causeway.url}/${Bucket}/not-there`);
  expect(anonymous).toMatchObject({ kind: 'read', status: 403 });
  expect(anonymous).toHaveProperty('text', expect.stringContaining('<Code>AccessDenied</Code>'));
  const spoilt = (await presignedGet('not-there')).replace(/Signature=\w{4}/, 'Signature=0000');
  const wrong = await tab.fetch(spoilt);
  expect(wrong).toMatchObject({ kind: 'read', status: 403 });
  expect(wrong).toHaveProperty('text', expect.stringContaining('SignatureDoesNotMatch'));
  expect(tab.corsErrors()).toEqual([]);
});

test('credentials go with an origin that is named, not with a star', async (context) => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'text' }));
  const tab = await openTab(context, browser, app.origin);
  const url = await presignedGet('a.txt');
  await allow({});
  const named = await tab.fetch(url, { credentials: 'include' });
  expect(named).toMatchObject({ kind: 'read', status: 200, text: 'text' });
  await allow({ AllowedOrigins: ['*'] });
  expect(await tab.fetch(url, { credentials: 'include' })).toEqual(failed);
  expect(tab.corsErrors()).toEqual([{ code: 'WildcardOriginNotAllowed', parameter: '' }]);
  expect(await tab.fetch(url)).toMatchObject({ kind: 'read', status: 200 });
});
