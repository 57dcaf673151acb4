import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeChunked } from './chunked-body.test.data.ts';
import { openBody } from './open-body.ts';
import type { Payload } from './payload.ts';
import { readAll, streamOf } from './wire-request.test.data.ts';

const hello = Buffer.from('hello');
const helloSha256 = createHash('sha256').update(hello).digest('hex');
const trailing = { 'x-amz-checksum-crc32': 'NhCmhg==' };
const chunked: Payload = {
  kind: 'chunked',
  trailer: true,
  trailerNames: Object.keys(trailing),
};

function open(
  payload: Payload,
  chunks: readonly Uint8Array[],
  headers: Readonly<Record<string, string>> = {},
) {
  return openBody({ headers, body: streamOf(chunks) }, { payload });
}

test('bytes that were signed come through, however they arrive', async () => {
  const payload: Payload = { kind: 'sha256', expected: helloSha256 };
  for (const chunks of [[hello], [hello.subarray(0, 2), hello.subarray(2)]]) {
    for (const headers of [{}, { 'content-length': '5' }]) {
      const body = open(payload, chunks, headers);
      expect((await readAll(body.stream)).toString()).toBe('hello');
    }
  }
});

test('other bytes than those that were signed are refused, at the end at the latest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 9 })), async (chunks) => {
      fc.pre(!Buffer.concat(chunks).equals(hello));
      const body = open({ kind: 'sha256', expected: helloSha256 }, chunks);
      await expect(readAll(body.stream)).rejects.toMatchObject({
        code: 'XAmzContentSHA256Mismatch',
        status: 400,
        fields: {
          ClientComputedContentSHA256: helloSha256,
          S3ComputedContentSHA256: createHash('sha256').update(Buffer.concat(chunks)).digest('hex'),
        },
      });
    }),
  );
});

test('a body in one piece is refused before any of it is passed on', async () => {
  const body = open({ kind: 'sha256', expected: '0'.repeat(64) }, [hello], {
    'content-length': '5',
  });
  await expect(body.stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'XAmzContentSHA256Mismatch',
  });
});

test('a hashed body that is shorter than it says is incomplete', async () => {
  const payload: Payload = { kind: 'sha256', expected: helloSha256 };
  const body = open(payload, [hello], { 'content-length': '6' });
  await expect(readAll(body.stream)).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test('a body that says nothing of its size has none', () => {
  expect(open({ kind: 'unsigned' }, []).sizeBytes).toBeUndefined();
  expect(open({ kind: 'unsigned' }, [], { 'content-length': '7' }).sizeBytes).toBe(7);
});

test('an aws-chunked body has the size of the object and gives its trailers', async () => {
  const wire = encodeChunked({ chunks: [hello], trailers: trailing });
  const body = open(chunked, [wire.subarray(0, 4), wire.subarray(4)], {
    'content-length': String(wire.length),
    'x-amz-decoded-content-length': '5',
  });
  expect(body.sizeBytes).toBe(5);
  expect((await readAll(body.stream)).toString()).toBe('hello');
  expect(body.trailers()).toEqual(trailing);
});

test.each([{}, { 'x-amz-decoded-content-length': '-5' }, { 'x-amz-decoded-content-length': 'x' }])(
  'an aws-chunked body must say how many bytes it holds: %j',
  (headers) => {
    expect(() => open(chunked, [], headers)).toThrow(
      expect.objectContaining({ code: 'MissingContentLength', status: 411 }),
    );
  },
);

test('an aws-chunked body that ends too early is incomplete', async () => {
  const wire = encodeChunked({ chunks: [hello], trailers: trailing });
  for (const end of [0, 1, 3, 8, 10, 13, wire.length - 1]) {
    const body = open(chunked, [wire.subarray(0, end)], { 'x-amz-decoded-content-length': '5' });
    await expect(readAll(body.stream)).rejects.toMatchObject({ code: 'IncompleteBody' });
  }
});
