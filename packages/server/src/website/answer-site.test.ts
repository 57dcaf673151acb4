import { Buffer } from 'node:buffer';
import type { RoutingRule, WebsiteConfiguration } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reply } from '../http/reply.ts';
import { S3Error } from '../protocol/errors.ts';
import { answerSite } from './answer-site.ts';
import { errorPage } from './error-page.ts';
import { pathOf } from './redirect.ts';

const host = 'site.s3-website.test';
const index: WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };

/** A website whose objects are these; what is not there is hidden or missing. */
async function visit(
  path: string,
  website: WebsiteConfiguration | undefined,
  objects: Readonly<Record<string, string | Reply>> = {},
  more: { readonly method?: string; readonly missing?: 'NoSuchKey' | 'AccessDenied' } = {},
): Promise<Reply> {
  const { method = 'GET', missing = 'NoSuchKey' } = more;
  const page = (error: S3Error, document?: S3Error): Reply =>
    errorPage(error, { requestId: 'ID', hostId: 'HOST', head: method === 'HEAD' }, document);
  const bucket = {
    id: '0',
    name: 'site',
    createdMs: 0,
    region: '',
    owner: '',
    ...(website && { website }),
  };
  const { reply } = await answerSite({
    method,
    host,
    name: 'site',
    bucket,
    key: decodeURIComponent(path.slice(1)),
    page,
    read: async (key) => {
      const found = objects[key];
      if (found === undefined) {
        const fields = missing === 'NoSuchKey' ? { Key: key } : {};
        throw new S3Error(missing, { fields });
      }
      return typeof found === 'string' ? { status: 200, headers: {}, body: found } : found;
    },
  }).catch((error: unknown) => {
    if (error instanceof S3Error) return { reply: page(error) };
    throw error;
  });
  return reply;
}

const html = (title: string, ...items: readonly string[]): string =>
  `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items
    .map((item) => `<li>${item}</li>\n`)
    .join('')}<li>RequestId: ID</li>\n<li>HostId: HOST</li>\n</ul>\n`;
const end = '<hr/>\n</body>\n</html>\n';
const noKey = ['Code: NoSuchKey', 'Message: The specified key does not exist.'];

test('an object, the index of the root and of folders, and the way to a folder', async () => {
  const objects = { 'index.html': 'root', 'a/index.html': 'folder', b: 'object' };
  expect(await visit('/', index, objects)).toMatchObject({ status: 200, body: 'root' });
  expect(await visit('/a/', index, objects)).toMatchObject({ status: 200, body: 'folder' });
  expect(await visit('/b', index, objects)).toMatchObject({ status: 200, body: 'object' });
  expect(await visit('/a', index, objects)).toMatchObject({
    status: 302,
    headers: { Location: '/a/' },
  });
});

// The pages that AWS was recorded with (localstack: TestS3StaticWebsiteHosting).
test('what is not there has a page that says so', async () => {
  const folder = await visit('/wrong/', index);
  expect(folder).toMatchObject({ status: 404 });
  expect(folder.body).toBe(html('404 Not Found', ...noKey, 'Key: wrong/index.html') + end);
  expect((await visit('/wrong', index)).body).toBe(
    html('404 Not Found', ...noKey, 'Key: wrong') + end,
  );
  expect((await visit('/', undefined)).body).toBe(
    html(
      '404 Not Found',
      'Code: NoSuchWebsiteConfiguration',
      'Message: The specified bucket does not have a website configuration',
      'BucketName: site',
    ) + end,
  );
  expect((await visit('/', index, {}, { method: 'POST' })).body).toBe(
    html(
      '405 Method Not Allowed',
      'Code: MethodNotAllowed',
      'Message: The specified method is not allowed against this resource.',
      'Method: POST',
      'ResourceType: OBJECT',
    ) + end,
  );
  expect(await visit('/wrong', index, {}, { method: 'HEAD' })).toEqual({
    status: 404,
    headers: {
      'x-amz-error-code': 'NoSuchKey',
      'x-amz-error-message': 'The specified key does not exist.',
    },
  });
});

test('a website has its own page for errors, or says why it is not shown', async () => {
  const website = { ...index, ErrorDocument: { Key: 'error.html' } };
  expect(await visit('/no', website, { 'error.html': 'sorry' })).toMatchObject({
    status: 404,
    body: 'sorry',
  });
  expect((await visit('/', website)).body).toBe(
    `${html('404 Not Found', ...noKey, 'Key: index.html')}<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: error.html</li>\n</ul>\n${end}`,
  );
  const hidden = { missing: 'AccessDenied' } as const;
  expect(await visit('/no', website, { 'error.html': 'sorry' }, hidden)).toMatchObject({
    status: 403,
    body: 'sorry',
  });
  // A method that does not exist is not the website's business.
  const post = await visit('/no', website, { 'error.html': 'sorry' }, { method: 'POST' });
  expect(post.status).toBe(405);
});

test('text of a request is no markup of the page', async () => {
  const { body } = await visit('/%3Cscript%3E', index);
  expect(body).toContain('<li>Key: &lt;script&gt;</li>');
});

test('an object sends its readers elsewhere, and so does a page for errors', async () => {
  let closed = false;
  async function* stream() {
    try {
      yield Buffer.from('never read');
    } finally {
      closed = true;
    }
  }
  const body = stream();
  await body.next();
  const moved = {
    status: 200,
    headers: { 'x-amz-website-redirect-location': '/there' },
    body: { [Symbol.asyncIterator]: () => body },
  };
  const website = { ...index, ErrorDocument: { Key: 'moved' } };
  for (const path of ['/moved', '/no']) {
    expect(await visit(path, website, { moved })).toEqual({
      status: 301,
      headers: { Location: '/there' },
    });
  }
  expect(closed).toBe(true);
});

test.each<[string, RoutingRule, number, string]>([
  ['/host/k', { Redirect: { HostName: 'other' } }, 301, '//other/host/k'],
  ['/a b/k', { Redirect: { Protocol: 'https' } }, 301, `https://${host}/a%20b/k`],
  ['/k', { Redirect: { HttpRedirectCode: '307', ReplaceKeyWith: 'x/ü' } }, 307, '/x/%C3%BC'],
  ['/k', { Redirect: { ReplaceKeyWith: '/other.example' } }, 301, '/%2Fother.example'],
  [
    '/old/k',
    { Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'new/' } },
    301,
    '/new/k',
  ],
  [
    '/old/k',
    { Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: '' } },
    301,
    '/k',
  ],
  [
    '/no',
    { Condition: { HttpErrorCodeReturnedEquals: '404' }, Redirect: { ReplaceKeyWith: 'r' } },
    301,
    '/r',
  ],
])('%s by the rule %j', async (path, rule, status, Location) => {
  const website = {
    ...index,
    RoutingRules: [
      { Condition: { KeyPrefixEquals: 'nothing' }, Redirect: { ReplaceKeyWith: 'wrong' } },
      { Condition: { HttpErrorCodeReturnedEquals: '403' }, Redirect: { ReplaceKeyWith: 'wrong' } },
      rule,
    ],
  };
  expect(await visit(path, website, { 'old/k': 'x' })).toEqual({ status, headers: { Location } });
});

test('a rule of a prefix looks at what was asked for, not at the index document', async () => {
  const RoutingRules = [
    { Condition: { KeyPrefixEquals: 'index' }, Redirect: { ReplaceKeyWith: 'wrong' } },
  ];
  const website = { ...index, RoutingRules };
  expect(await visit('/', website, { 'index.html': 'root' })).toMatchObject({ status: 200 });
});

test('a website that lies elsewhere', async () => {
  const to = { HostName: 'other', Protocol: 'https' } as const;
  expect(await visit('/a%20b', { RedirectAllRequestsTo: to })).toEqual({
    status: 301,
    headers: { Location: 'https://other/a%20b' },
  });
  expect(await visit('/', { RedirectAllRequestsTo: { HostName: 'other' } })).toMatchObject({
    headers: { Location: '//other/' },
  });
});

test('a path leads to its key, and never to another host', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      const { origin, pathname } = new URL(pathOf(key), 'http://here');
      const isHere = origin === 'http://here';
      // URLs know no `.` and `..`; browsers resolve them before they ask.
      const isDotted = /(?:^|\/)\.{1,2}(?:\/|$)/.test(key);
      return isHere && (isDotted || decodeURIComponent(pathname.slice(1)) === key);
    }),
  );
  expect(pathOf('//other')).toBe('/%2F/other');
});
