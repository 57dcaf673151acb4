import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, afterEach, assert, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from './causeway.ts';
import { openSocket, type RawAnswer, type RawSocket } from './raw-socket.ts';
import { newBucket, sdk } from './sdk.ts';
import { sha256, signedHeaders } from './sign.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let bucket: string;
const sockets: RawSocket[] = [];

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  bucket = await newBucket(client);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

// Whatever a test sent: nothing of it was written, and the server serves the next one.
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.close();
  }
  assert.deepEqual(await whatIsThere(), []);
});

/** Every key and every upload of the bucket. */
async function whatIsThere(): Promise<string[]> {
  const ask = { Bucket: bucket };
  const { Contents = [] } = await client.send(new s3.ListObjectsV2Command(ask));
  const { Uploads = [] } = await client.send(new s3.ListMultipartUploadsCommand(ask));
  return [...Contents, ...Uploads].map(({ Key = '' }) => Key);
}

interface Ask {
  readonly method?: string;
  readonly target: string;
  /** Headers that are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string;
  /** Header lines that go out as they are, behind the signed ones. */
  readonly unsigned?: readonly string[];
}

/** The head of a request that is right in all that the test does not make wrong. */
function head({ method = 'PUT', target, headers, payload, unsigned = [] }: Ask): string {
  const signed = signedHeaders(causeway.credentials, {
    method,
    target,
    host: `127.0.0.1:${causeway.port}`,
    ...(headers === undefined ? {} : { headers }),
    ...(payload === undefined ? {} : { payload }),
  });
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${target} HTTP/1.1`, ...lines, ...unsigned, '', ''].join('\r\n');
}

async function open(): Promise<RawSocket> {
  const socket = await openSocket(causeway.port);
  sockets.push(socket);
  return socket;
}

/** Sends head and body on a new connection; gives the answer, or undefined for a closed connection. */
async function ask(request: Ask, body: string | Uint8Array = ''): Promise<RawAnswer | undefined> {
  const socket = await open();
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const framing = request.unsigned ?? [`content-length: ${bytes.length}`];
  await socket.send(head({ ...request, unsigned: framing }));
  await socket.send(bytes);
  return socket.answer();
}

const code = (answer: RawAnswer | undefined): string | undefined =>
  answer === undefined ? 'closed' : /<Code>(\w+)<\/Code>/.exec(answer.body)?.[1];

const verdict = (answer: RawAnswer | undefined): string => `${answer?.status} ${code(answer)}`;

const object = (key: string): string => `/${bucket}/${key}`;

const cors = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>`;

test.each([
  ['no XML', 'hello'],
  ['an element that does not end', cors.slice(0, -5)],
  ['two roots', cors + cors],
  ['the wrong root', cors.replaceAll('CORSConfiguration', 'Delete')],
  [
    'a number that is none',
    cors.replace('</CORSRule>', '<MaxAgeSeconds>x</MaxAgeSeconds></CORSRule>'),
  ],
  ['bytes that are not UTF-8', Buffer.from(cors.replace('*', '\u00ff'), 'latin1')],
  ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${cors}`],
  [
    'an external entity',
    `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${cors.replace('*', '&b;')}`,
  ],
  ['an entity that nobody declared', cors.replace('*', '&b;')],
  ['a thousand levels', '<a>'.repeat(1000) + '</a>'.repeat(1000)],
])('a CORS configuration with %s is MalformedXML', async (_, body) => {
  expect(verdict(await ask({ target: `/${bucket}?cors=` }, body))).toBe('400 MalformedXML');
  const { status } = await fetch(`${causeway.url}/${bucket}/x`, {
    method: 'OPTIONS',
    headers: { origin: 'https://a.test', 'access-control-request-method': 'GET' },
  });
  expect(status).toBe(403);
});

test('a CORS configuration of no bytes is told to be missing', async () => {
  const answer = await ask({ target: `/${bucket}?cors=` });
  expect(verdict(answer)).toBe('400 MissingRequestBodyError');
});

test.each([
  ['CompleteMultipartUpload', 'POST', 'key?uploadId=x', '<CompleteMultipartUpload><Part>'],
  ['DeleteObjects', 'POST', '?delete=', '<Delete><Object><Key>a</Key></Object>'],
])('a body of %s that breaks off is MalformedXML', async (_, method, rest, body) => {
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const answer = await ask({ method, target: `/${bucket}/${rest}`, headers }, body);
  expect(['400 MalformedXML', '404 NoSuchUpload']).toContain(verdict(answer));
});

test('100 MiB of XML are refused and not kept in memory', async () => {
  const before = await causeway.residentBytes();
  const socket = await open();
  const size = 100 * 1024 * 1024;
  await socket.send(head({ target: `/${bucket}?cors=`, unsigned: [`content-length: ${size}`] }));
  const piece = Buffer.alloc(1024 * 1024, '<CORSRule>');
  let most = 0;
  let sent = 0;
  while (sent < size && (await socket.send(piece))) {
    sent += piece.length;
    most = Math.max(most, (await causeway.residentBytes()) - before);
  }
  const answer = await socket.answer();
  expect(['MalformedXML', 'MaxMessageLengthExceeded', 'EntityTooLarge', 'closed']).toContain(
    code(answer),
  );
  expect(most).toBeLessThan(60 * 1024 * 1024);
});

test('a thousand keys too many to delete are refused', async () => {
  const body = `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`;
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const answer = await ask({ method: 'POST', target: `/${bucket}?delete=`, headers }, body);
  expect(verdict(answer)).toBe('400 MalformedXML');
});

const trailer = {
  target: '/',
  payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  headers: {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  },
};

test.each([
  [
    'a checksum that is wrong',
    '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
    /^400 BadDigest$/,
  ],
  ['no trailer', '5\r\nhello\r\n0\r\n\r\n', /^400 (?:MalformedTrailerError|InvalidRequest)$/],
  ['a chunk that is longer than it says', '3\r\nhello\r\n0\r\n\r\n', /^400 \w+$/],
  ['a size that is no number', 'five\r\nhello\r\n0\r\n\r\n', /^400 \w+$/],
  ['a size of 2^64', '10000000000000000\r\nhello\r\n0\r\n\r\n', /^400 \w+$/],
  [
    'fewer bytes than announced',
    '3\r\nhel\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
    /^400 \w+$/,
  ],
  [
    'more bytes than announced',
    '6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
    /^400 \w+$/,
  ],
  ['no last chunk', '5\r\nhello\r\n', /^400 IncompleteBody$/],
  ['a chunk that breaks off', '5\r\nhel', /^400 IncompleteBody$/],
])('aws-chunked with %s is refused', async (_, body, expected) => {
  const answer = await ask({ ...trailer, target: object('chunked') }, body);
  expect(verdict(answer)).toMatch(expected);
});

test('a connection that breaks off in the middle of a body leaves nothing', async () => {
  const socket = await open();
  await socket.send(head({ target: object('cut'), unsigned: ['content-length: 1000000'] }));
  await socket.send(Buffer.alloc(500_000));
  socket.close();
  await sleep(200);
  expect(await whatIsThere()).toEqual([]);
});

const five = 'hello';

test.each([
  ['Content-MD5', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
  ['a Content-MD5 that is none', { 'content-md5': 'AAAA' }, 'InvalidDigest'],
  ['x-amz-checksum-crc32', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
  ['x-amz-checksum-crc32c', { 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'BadDigest'],
  ['x-amz-checksum-crc64nvme', { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 'BadDigest'],
  ['x-amz-checksum-sha1', { 'x-amz-checksum-sha1': `${'A'.repeat(27)}=` }, 'BadDigest'],
  ['x-amz-checksum-sha256', { 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` }, 'BadDigest'],
  ['a checksum that is none', { 'x-amz-checksum-crc32': '!' }, 'InvalidRequest'],
  [
    'two checksums',
    { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` },
    'InvalidRequest',
  ],
])('%s that does not fit is refused', async (_, headers, expected) => {
  const answer = await ask({ target: object('sum'), headers: { ...headers } }, five);
  expect(verdict(answer)).toBe(`400 ${expected}`);
});

test('a payload hash that does not fit is refused', async () => {
  const wrong = await ask({ target: object('hash'), payload: sha256('other') }, five);
  expect(verdict(wrong)).toBe('400 XAmzContentSHA256Mismatch');
  const none = await ask({ target: object('hash'), payload: 'not-a-hash' }, five);
  expect(verdict(none)).toBe('400 InvalidArgument');
});

test('20 KiB of headers get a clear answer, and 100 KiB are too many', async () => {
  const large = { target: object('absent'), method: 'GET' };
  const padded = await ask({ ...large, headers: { 'x-padding': 'p'.repeat(20 * 1024) } });
  expect([404, 400, 431]).toContain(padded?.status);
  const huge = await ask({ ...large, headers: { 'x-padding': 'p'.repeat(100 * 1024) } });
  expect([400, 431]).toContain(huge?.status);
});

test('metadata of more than 2 KiB is refused', async () => {
  const headers = { 'x-amz-meta-a': 'b'.repeat(2100) };
  expect(verdict(await ask({ target: object('meta'), headers }, five))).toBe(
    '400 MetadataTooLarge',
  );
});

test('a key that is not UTF-8 is refused by name', async () => {
  for (const key of ['%FF', 'a%C3', '%ED%A0%80']) {
    const answer = await ask({ target: object(key) }, five);
    expect(verdict(answer)).toMatch(/^400 (?:InvalidURI|InvalidArgument)$/);
  }
});

test('a target that is no target is refused', async () => {
  for (const target of ['/%', `/${bucket}/%zz`]) {
    expect((await ask({ target }, five))?.status).toBe(400);
  }
});

test('a request without a length is told so', async () => {
  const answer = await ask({ target: object('no-length'), unsigned: [] });
  expect(verdict(answer)).toBe('411 MissingContentLength');
});

// RFC 9112, 6.3: a message whose length can be read in two ways is an attack on whoever is in front.
test.each([
  ['a negative length', ['content-length: -5']],
  ['a length that is no number', ['content-length: 5x']],
  ['two lengths', ['content-length: 5', 'content-length: 6']],
  ['the same length twice', ['content-length: 5', 'content-length: 5']],
  ['a length and chunks', ['content-length: 5', 'transfer-encoding: chunked']],
  ['an encoding nobody knows', ['transfer-encoding: chunked, identity']],
  ['a folded header', ['x-a: b', ' c', 'content-length: 5']],
  ['a space before the colon', ['content-length : 5']],
])('%s is refused, and the connection ends', async (_, unsigned) => {
  const socket = await open();
  await socket.send(head({ target: object('smuggled'), unsigned }));
  await socket.send(`0\r\n\r\nGET /${bucket} HTTP/1.1\r\nhost: a\r\n\r\n`);
  const answer = await socket.answer();
  expect(answer === undefined || answer.status === 400).toBe(true);
  expect(await socket.closed(5000)).toBe(true);
  expect(await socket.answer(100)).toBeUndefined();
});

test('an error comes through although the body is still on its way', async () => {
  const socket = await open();
  const size = 50 * 1024 * 1024;
  const target = '/no-such-bucket-at-all/key';
  await socket.send(head({ target, unsigned: [`content-length: ${size}`] }));
  // A client that first writes all it has and then looks, as many do.
  const piece = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < size && (await socket.send(piece)); sent += piece.length) {
    // It goes on until the other side has enough of it.
  }
  expect(verdict(await socket.answer())).toBe('404 NoSuchBucket');
});

test('Expect: 100-continue with a wrong signature is refused before the body', async () => {
  const request = {
    target: object('expect'),
    unsigned: ['content-length: 5', 'expect: 100-continue'],
  };
  const socket = await open();
  await socket.send(head(request).replace(/Signature=\w{4}/, 'Signature=0000'));
  const answer = await socket.answer();
  expect(verdict(answer)).toBe('403 SignatureDoesNotMatch');
});

test('Expect: 100-continue with a good signature asks for the body', async () => {
  const request = {
    target: object('expect'),
    unsigned: ['content-length: 5', 'expect: 100-continue'],
  };
  const socket = await open();
  await socket.send(head(request));
  expect((await socket.answer())?.status).toBe(100);
  await socket.send(five);
  expect((await socket.answer())?.status).toBe(200);
  await client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: 'expect' }));
});

test('a request after an error on the same connection is served', async () => {
  const socket = await open();
  await socket.send(
    head({ target: '/no-such-bucket-at-all/key', unsigned: ['content-length: 5'] }),
  );
  await socket.send(five);
  expect(verdict(await socket.answer())).toBe('404 NoSuchBucket');
  await socket.send(head({ method: 'GET', target: `/${bucket}` }));
  expect((await socket.answer())?.status).toBe(200);
});

test('methods that S3 does not have are refused', async () => {
  for (const method of ['PATCH', 'TRACE', 'PROPFIND']) {
    const answer = await ask({ method, target: object('method') });
    expect([400, 405, 501]).toContain(answer?.status);
  }
});

test('what is not HTTP at all is refused and closed', async () => {
  for (const text of [
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
    'hello\r\n\r\n',
    'GET / HTTP/9\r\n\r\n',
  ]) {
    const socket = await open();
    await socket.send(Buffer.from(text, 'latin1'));
    const answer = await socket.answer(5000);
    expect(answer === undefined || answer.status >= 400).toBe(true);
    expect(await socket.closed(25_000)).toBe(true);
  }
});
