import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../http/request.ts';
import { accountsOf } from './accounts.ts';
import { authenticate } from './authenticate.ts';

// The keys and the requests of AWS's documentation ("Signing and authenticating REST requests").
const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const then = Date.parse('Tue, 27 Mar 2007 19:36:42 +0000');
const host = 'awsexamplebucket1.us-west-1.s3.amazonaws.com';

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hostBucket?: string | undefined;
  readonly nowMs?: number;
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No body.
}

function who(sent: Sent): Promise<unknown> {
  const { method = 'GET', path = '/', query = '', headers = {}, nowMs = then } = sent;
  const hostBucket = 'hostBucket' in sent ? sent.hostBucket : 'awsexamplebucket1';
  const request: HttpRequest = {
    id: '',
    method,
    path,
    query,
    headers: { host, ...headers },
    rawHeaders: [],
    body: nothing(),
    signal: new AbortController().signal,
    remoteAddress: '',
    receivedMs: nowMs,
  };
  return authenticate(request, {
    credentials: accountsOf(keys, []),
    now: () => nowMs,
    sigv2: { hostBucket },
  }).then(({ identity }) => identity.kind);
}

test.each([
  [
    'an object',
    {
      path: '/photos/puppy.jpg',
      headers: {
        date: 'Tue, 27 Mar 2007 19:36:42 +0000',
        authorization: 'AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=',
      },
    },
  ],
  [
    'an upload',
    {
      method: 'PUT',
      path: '/photos/puppy.jpg',
      headers: {
        date: 'Tue, 27 Mar 2007 21:15:45 +0000',
        'content-type': 'image/jpeg',
        authorization: 'AWS AKIAIOSFODNN7EXAMPLE:iqRzw+ileNPu1fhspnRs8nOjjIA=',
      },
      nowMs: Date.parse('Tue, 27 Mar 2007 21:15:45 +0000'),
    },
  ],
  [
    'a listing',
    {
      query: 'prefix=photos&max-keys=50&marker=puppy',
      headers: {
        date: 'Tue, 27 Mar 2007 19:42:41 +0000',
        authorization: 'AWS AKIAIOSFODNN7EXAMPLE:m0WP8eCtspQl5Ahe6L1SozdX9YA=',
      },
    },
  ],
  [
    'an ACL',
    {
      query: 'acl',
      headers: {
        date: 'Tue, 27 Mar 2007 19:44:46 +0000',
        authorization: 'AWS AKIAIOSFODNN7EXAMPLE:82ZHiFIjc+WbcwFKGUVEQspPn+0=',
      },
    },
  ],
  [
    'all buckets',
    {
      hostBucket: undefined,
      headers: {
        date: 'Wed, 28 Mar 2007 01:29:59 +0000',
        authorization: 'AWS AKIAIOSFODNN7EXAMPLE:qGdzdERIC03wnaRNKh6OqZehG9s=',
      },
      nowMs: Date.parse('Wed, 28 Mar 2007 01:29:59 +0000'),
    },
  ],
])('%s, as AWS documents it', async (_, sent) => {
  expect(await who(sent)).toBe('account');
});

const sign = (text: string): string =>
  createHmac('sha1', keys.secretAccessKey).update(text).digest('base64');

test('a URL, until it expires, and for nothing else', async () => {
  const expires = then / 1000 + 60;
  const signature = encodeURIComponent(sign(`GET\n\n\n${expires}\n/b/key`));
  const query = `AWSAccessKeyId=${keys.accessKeyId}&Expires=${expires}&Signature=${signature}`;
  const sent = { path: '/b/key', query, hostBucket: undefined };
  expect(await who(sent)).toBe('account');
  await expect(who({ ...sent, path: '/b/other' })).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
  await expect(who({ ...sent, method: 'PUT' })).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
  await expect(who({ ...sent, nowMs: then + 61_000 })).rejects.toMatchObject({
    code: 'AccessDenied',
    message: 'Request has expired',
  });
});

test('a bucket is signed with its slash or without, and is not mistaken for a key', async () => {
  const date = new Date(then).toUTCString();
  const ask = (resource: string) => ({
    path: '/b',
    hostBucket: undefined,
    headers: {
      date,
      authorization: `AWS ${keys.accessKeyId}:${sign(`GET\n\n\n${date}\n${resource}`)}`,
    },
  });
  expect(await who(ask('/b'))).toBe('account');
  expect(await who(ask('/b/'))).toBe('account');
  await expect(who(ask('/b/b'))).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  await expect(who({ ...ask('/b'), hostBucket: 'b' })).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
});

test.each([
  [{ authorization: 'AWS nobody:x', date: new Date(then).toUTCString() }, 'InvalidAccessKeyId'],
  [{ authorization: 'AWS nonsense', date: new Date(then).toUTCString() }, 'InvalidArgument'],
  [{ authorization: `AWS ${keys.accessKeyId}:x` }, 'AccessDenied'],
  [{ authorization: `AWS ${keys.accessKeyId}:x`, date: 'yesterday' }, 'AccessDenied'],
  [
    { authorization: `AWS ${keys.accessKeyId}:x`, date: new Date(then - 3_600_000).toUTCString() },
    'RequestTimeTooSkewed',
  ],
])('%j is refused: %s', async (headers, code) => {
  await expect(who({ headers })).rejects.toMatchObject({ code });
});
