/**
 * The worked examples of the S3 API reference, "Authenticating Requests (AWS Signature Version 4)":
 * sig-v4-header-based-auth, sigv4-query-string-auth, sigv4-streaming, sigv4-streaming-trailers.
 */
import { expect, test } from 'vitest';
import { authenticate } from './authenticate.ts';
import { openBody } from './open-body.ts';
import { emptySha256 } from './sigv4.ts';
import { exampleCredential, onlyCredential, readAll, received } from './wire-request.test.data.ts';

const options = {
  credentials: onlyCredential(exampleCredential),
  now: () => Date.UTC(2013, 4, 24),
  region: 'us-east-1',
};
const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
const host = 'Host: examplebucket.s3.amazonaws.com';
const date = 'x-amz-date: 20130524T000000Z';

function authorization(signedHeaders: string, signature: string): string {
  return `Authorization: AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;
}

const heads = [
  {
    name: 'GET object with a range',
    target: '/test.txt',
    headers: [
      host,
      authorization(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
      'Range: bytes=0-9',
      `x-amz-content-sha256:${emptySha256}`,
      date,
    ],
  },
  {
    name: 'GET bucket lifecycle',
    target: '/?lifecycle',
    headers: [
      host,
      authorization(
        'host;x-amz-content-sha256;x-amz-date',
        'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      ),
      date,
      `x-amz-content-sha256:${emptySha256}`,
    ],
  },
  {
    name: 'GET bucket (list objects)',
    target: '/?max-keys=2&prefix=J',
    headers: [
      host,
      authorization(
        'host;x-amz-content-sha256;x-amz-date',
        '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      ),
      date,
      `x-amz-content-sha256:${emptySha256}`,
    ],
  },
  {
    name: 'presigned GET object',
    target: `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope.replaceAll('/', '%2F')}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
    headers: [host],
  },
];

test.each(heads)('$name', async ({ target, headers }) => {
  const { identity } = await authenticate(received({ target, headers }), options);
  expect(identity).toEqual({
    kind: 'account',
    account: exampleCredential.account,
    accessKeyId: exampleCredential.accessKeyId,
  });
});

test('PUT object', async () => {
  const request = received({
    method: 'PUT',
    target: '/test$file.text',
    headers: [
      host,
      'Date: Fri, 24 May 2013 00:00:00 GMT',
      authorization(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
      date,
      'x-amz-storage-class: REDUCED_REDUNDANCY',
      'x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    ],
    body: [Buffer.from('Welcome to Amazon S3.')],
  });
  const body = openBody(request, await authenticate(request, options));
  expect((await readAll(body.stream)).toString()).toBe('Welcome to Amazon S3.');
});

const letters = Buffer.alloc(66_560, 'a');

function chunk(data: Uint8Array, signature: string): Buffer {
  const header = `${data.length.toString(16)};chunk-signature=${signature}\r\n`;
  const end = data.length === 0 ? '' : '\r\n';
  return Buffer.concat([Buffer.from(header), data, Buffer.from(end)]);
}

test('PUT object in chunks', async () => {
  const wire = Buffer.concat([
    chunk(
      letters.subarray(0, 65_536),
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    ),
    chunk(
      letters.subarray(65_536),
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    ),
    chunk(Buffer.alloc(0), 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    Buffer.from('\r\n'),
  ]);
  expect(wire.length).toBe(66_824);
  const request = received({
    method: 'PUT',
    target: '/examplebucket/chunkObject.txt',
    headers: [
      'Host: s3.amazonaws.com',
      date,
      'x-amz-storage-class: REDUCED_REDUNDANCY',
      authorization(
        'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      ),
      'x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'Content-Encoding: aws-chunked',
      'x-amz-decoded-content-length: 66560',
      'Content-Length: 66824',
    ],
    body: [wire],
  });
  const body = openBody(request, await authenticate(request, options));
  expect(body.sizeBytes).toBe(66_560);
  expect((await readAll(body.stream)).equals(letters)).toBe(true);
  expect(body.trailers()).toEqual({});
});

test('PUT object in chunks with a trailing checksum', async () => {
  const wire = Buffer.concat([
    chunk(
      letters.subarray(0, 65_536),
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    ),
    chunk(
      letters.subarray(65_536),
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    ),
    chunk(Buffer.alloc(0), '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'),
    Buffer.from('x-amz-checksum-crc32c:sOO8/Q==\r\n'),
    Buffer.from(
      'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n',
    ),
    Buffer.from('\r\n'),
  ]);
  expect(wire.length).toBe(66_946);
  const request = received({
    method: 'PUT',
    target: '/examplebucket/chunkObject.txt',
    headers: [
      'Host: s3.amazonaws.com',
      date,
      'x-amz-storage-class: REDUCED_REDUNDANCY',
      authorization(
        'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer',
        '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      ),
      'x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'Content-Encoding: aws-chunked',
      'x-amz-decoded-content-length: 66560',
      'x-amz-trailer: x-amz-checksum-crc32c',
      'Content-Length: 66946',
    ],
    body: [wire],
  });
  const body = openBody(request, await authenticate(request, options));
  expect((await readAll(body.stream)).equals(letters)).toBe(true);
  expect(body.trailers()).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' });
});
