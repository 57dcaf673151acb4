import { request } from 'node:http';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;

beforeAll(async () => {
  causeway = await startOwnCauseway({ args: ['--domains=s3.test', '--website-domain=web.test'] });
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});
beforeEach(async () => {
  Bucket = await newBucket(client);
});

const configure = async (WebsiteConfiguration: s3.WebsiteConfiguration) =>
  client.send(new s3.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));

interface Page {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** As a browser visits; what a domain leads to is the business of DNS. */
const visit = async (
  path: string,
  { method = 'GET', domain = 's3-website.s3.test', headers = {} } = {},
): Promise<Page> =>
  new Promise((resolve, reject) => {
    const host = `${Bucket}.${domain}`;
    request(causeway.url, { method, path, headers: { host, ...headers } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });

test('a website is configured, told and removed', async () => {
  const get = async () => client.send(new s3.GetBucketWebsiteCommand({ Bucket }));
  const none = { code: 'NoSuchWebsiteConfiguration', status: 404, BucketName: Bucket };
  expect(await refusal(get())).toMatchObject(none);
  const website: s3.WebsiteConfiguration = {
    IndexDocument: { Suffix: 'index.html' },
    ErrorDocument: { Key: 'error.html' },
    RoutingRules: [
      {
        Condition: { KeyPrefixEquals: 'old/', HttpErrorCodeReturnedEquals: '404' },
        Redirect: { ReplaceKeyPrefixWith: 'new/', HttpRedirectCode: '302' },
      },
    ],
  };
  await configure(website);
  expect(await get()).toMatchObject(website);
  expect(await refusal(configure({ IndexDocument: { Suffix: '/' } }))).toMatchObject({
    code: 'InvalidArgument',
    ArgumentName: 'IndexDocument',
  });
  await client.send(new s3.DeleteBucketWebsiteCommand({ Bucket }));
  expect(await refusal(get())).toMatchObject(none);
});

test('a website is at its own host, and answers in HTML', async () => {
  const none = await visit('/');
  expect(none).toMatchObject({ status: 404, headers: { server: 'Causeway' } });
  expect(none.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(none.body).toContain(`<li>BucketName: ${Bucket}</li>`);
  await configure({ RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' } });
  for (const domain of ['s3-website.s3.test', 'web.test']) {
    const moved = await visit('/a/b?c', { domain });
    expect(moved).toMatchObject({ status: 301, headers: { location: 'https://example.com/a/b' } });
  }
  expect(await visit('/', { method: 'PUT' })).toMatchObject({ status: 405 });
  expect(await visit('/%ff')).toMatchObject({ status: 400 });
  // The other hosts are S3's.
  const xml = await visit('/', { domain: 's3.test' });
  expect(xml.headers['content-type']).toBe('application/xml');
});

test('a website shows what everybody may see, and no more', async () => {
  await configure({
    IndexDocument: { Suffix: 'index.html' },
    RoutingRules: [
      { Condition: { KeyPrefixEquals: 'docs/' }, Redirect: { ReplaceKeyPrefixWith: 'manual/' } },
    ],
  });
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'index.html', Body: 'secret' }));
  const hidden = await visit('/');
  expect(hidden).toMatchObject({ status: 403, headers: { 'x-amz-error-code': 'AccessDenied' } });
  expect(hidden.body).not.toContain('secret');
  expect(await visit('/', { method: 'HEAD' })).toMatchObject({ status: 403, body: '' });
  expect(await visit('/docs/a%20b')).toMatchObject({
    status: 301,
    headers: { location: '/manual/a%20b' },
  });
});

/** As most websites are: everybody may read, and nobody may list. */
async function publish(): Promise<void> {
  await client.send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject'],
        Resource: [`arn:aws:s3:::${Bucket}/*`],
      },
    ],
  });
  await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
}

test('what everybody may read is there, with its index, its folders and its page for errors', async () => {
  await publish();
  await configure({
    IndexDocument: { Suffix: 'index.html' },
    ErrorDocument: { Key: 'error.html' },
  });
  const put = async (Key: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
    client.send(
      new s3.PutObjectCommand({ Bucket, Key, Body: Key, ContentType: 'text/html', ...more }),
    );
  const { ETag } = await put('index.html');
  await put('a/index.html');
  await put('error.html');
  await put('moved', { WebsiteRedirectLocation: '/a/' });
  const root = await visit('/?page=1');
  expect(root).toMatchObject({ status: 200, body: 'index.html' });
  expect(root.headers).toMatchObject({ etag: ETag, 'content-type': 'text/html' });
  expect(await visit('/', { headers: { 'if-none-match': ETag ?? '' } })).toMatchObject({
    status: 304,
    body: '',
  });
  const part = await visit('/', { headers: { range: 'bytes=0-4' } });
  expect(part).toMatchObject({ status: 206, body: 'index' });
  expect(await visit('/a')).toMatchObject({ status: 302, headers: { location: '/a/' } });
  expect(await visit('/a/')).toMatchObject({ status: 200, body: 'a/index.html' });
  expect(await visit('/moved')).toMatchObject({ status: 301, headers: { location: '/a/' } });
  // Who may not list is not told what is not there: 403, as on AWS.
  const missing = await visit('/no', { headers: { range: 'bytes=0-1' } });
  expect(missing).toMatchObject({ status: 403, body: 'error.html' });
  expect(missing.headers['content-range']).toBeUndefined();
  expect(await visit('/no', { method: 'HEAD' })).toMatchObject({ status: 403, body: '' });
  // A signature opens nothing here.
  const signed = { authorization: 'AWS4-HMAC-SHA256 nonsense' };
  expect(await visit('/', { headers: signed })).toMatchObject({ status: 200 });
});

test('the CORS rules of the bucket hold on its website, on redirects and errors too', async () => {
  await client.send(
    new s3.PutBucketCorsCommand({
      Bucket,
      CORSConfiguration: {
        CORSRules: [{ AllowedOrigins: ['https://page.test'], AllowedMethods: ['GET'] }],
      },
    }),
  );
  const headers = { origin: 'https://page.test' };
  const allowed = { 'access-control-allow-origin': 'https://page.test' };
  expect(await visit('/', { headers })).toMatchObject({ status: 404, headers: allowed });
  await configure({ RedirectAllRequestsTo: { HostName: 'example.com' } });
  expect(await visit('/', { headers })).toMatchObject({ status: 301, headers: allowed });
  const preflight = { ...headers, 'access-control-request-method': 'GET' };
  const options = { method: 'OPTIONS', headers: preflight };
  expect(await visit('/', options)).toMatchObject({ status: 200, headers: allowed });
});
