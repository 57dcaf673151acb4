/** Whole requests of the AWS SDK, as its S3 client would put them on the wire. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { HttpResponse, type HttpRequest as SdkRequest } from '@smithy/core/protocols';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../http/request.ts';
import { authenticate, type Authentication } from './authenticate.ts';
import { openBody } from './open-body.ts';
import { exampleCredential, onlyCredential, readAll, received } from './wire-request.test.data.ts';

interface Seen {
  readonly authentication: Authentication;
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/** A client whose requests come to us instead of to a socket. */
function client(seen: (request: Seen) => void, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    ...config,
    region: 'us-east-1',
    endpoint: 'http://localhost:9000',
    forcePathStyle: true,
    credentials: exampleCredential,
    requestHandler: {
      handle: async (sdkRequest: SdkRequest) => {
        const request = await wire(sdkRequest);
        const authentication = await authenticate(request, {
          credentials: onlyCredential(exampleCredential),
          now: () => Date.now(),
        });
        const body = openBody(request, authentication);
        const bytes = await readAll(body.stream);
        seen({ authentication, body: bytes, trailers: body.trailers() });
        return { response: new HttpResponse({ statusCode: 200, headers: {} }) };
      },
    },
  });
}

async function wire({ method, path, query, headers, body }: SdkRequest): Promise<HttpRequest> {
  const search = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  const chunks: Buffer[] = [];
  if (body instanceof Readable) {
    chunks.push(await buffer(body));
  } else if (typeof body === 'string') {
    chunks.push(Buffer.from(body));
  }
  const target = search === '' ? path : `${path}?${search}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return received({ method, target, headers: lines, body: chunks });
}

test.each(['a', 'a b+c/d', 'é/😀', "!'()*", '../..//', '%2F', ' ~'])(
  'HeadObject of %j is accepted',
  async (key) => {
    const all: Seen[] = [];
    await client((one) => all.push(one)).send(
      new HeadObjectCommand({ Bucket: 'bucket', Key: key }),
    );
    expect(all.map(({ authentication }) => authentication.identity.kind)).toEqual(['account']);
  },
);

test('PutObject of a string is accepted, and its hash holds', async () => {
  const all: Seen[] = [];
  await client((one) => all.push(one)).send(
    new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'hello', Metadata: { a: 'b  c' } }),
  );
  expect(all[0]?.body.toString()).toBe('hello');
});

function streamed(sizeBytes: number): PutObjectCommand {
  const pieces = Array.from({ length: 30 }, (_, index) => Buffer.alloc(sizeBytes, index));
  return new PutObjectCommand({
    Bucket: 'bucket',
    Key: 'key',
    Body: Readable.from(pieces),
    ContentLength: 30 * sizeBytes,
  });
}

test('PutObject of a stream is accepted: aws-chunked with a trailing checksum', async () => {
  const all: Seen[] = [];
  await client((one) => all.push(one)).send(streamed(9000));
  expect(all[0]?.authentication.payload.kind).toBe('chunked');
  expect(all[0]?.body.length).toBe(270_000);
  expect(Object.keys(all[0]?.trailers ?? {})).toEqual(['x-amz-checksum-crc32']);
});

test('PutObject of a stream of small pieces is refused, as by AWS, unless the SDK joins them', async () => {
  const all: Seen[] = [];
  const quiet = { logger: { debug() {}, info() {}, warn() {}, error() {} } };
  await expect(client((one) => all.push(one), quiet).send(streamed(5000))).rejects.toMatchObject({
    code: 'InvalidChunkSizeError',
    fields: { Chunk: 1, BadChunkSize: 5000 },
  });
  const joining = { requestStreamBufferSize: 65_536 };
  await client((one) => all.push(one), joining).send(streamed(5000));
  expect(all.map(({ body }) => body.length)).toEqual([150_000]);
});
