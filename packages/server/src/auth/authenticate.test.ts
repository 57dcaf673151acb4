import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { S3Error } from '../protocol/errors.ts';
import { authenticate } from './authenticate.ts';
import { canonicalRequest } from './canonical-request.ts';
import { formatScope } from './scope.ts';
import { presign } from './sign-request.ts';
import {
  authorization,
  key,
  lines,
  options,
  presigned,
  signed,
} from './signed-request.test.data.ts';
import { deriveSigningKey } from './signing-key.ts';
import { emptySha256, sign, stringToSign } from './sigv4.ts';
import { exampleCredential, received, type WireRequest } from './wire-request.test.data.ts';

test('a wrong signature is answered with what would have been signed', async () => {
  const wire = authorization((value) =>
    value.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`),
  );
  const error: unknown = await authenticate(received(wire), options).catch(
    (thrown: unknown) => thrown,
  );
  const canonical = `GET\n/b/k\na=1\nhost:h\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20260203T040506Z\n\nhost;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD`;
  expect(error).toMatchObject({
    code: 'SignatureDoesNotMatch',
    status: 403,
    fields: {
      AWSAccessKeyId: exampleCredential.accessKeyId,
      StringToSign: expect.stringMatching(
        /^AWS4-HMAC-SHA256\n20260203T040506Z\n20260203\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}$/,
      ),
      SignatureProvided: '0'.repeat(64),
      StringToSignBytes: expect.stringMatching(/^41 57 53 34 2d( [0-9a-f]{2})+$/),
      CanonicalRequest: canonical,
      CanonicalRequestBytes: canonical
        .split('')
        .map((character) => character.charCodeAt(0).toString(16).padStart(2, '0'))
        .join(' '),
    },
  });
  expect(JSON.stringify(error)).not.toContain(exampleCredential.secretAccessKey);
});

test('a request without a signature is anonymous, whatever else is in its query', async () => {
  for (const target of ['/', '/b/k?prefix=X-Amz-Signature', '/b?X-Amz-Expires=1', '/b?x-id=a']) {
    const { identity, payload } = await authenticate(received({ target, headers: [] }), options);
    expect([identity.kind, payload.kind]).toEqual(['anonymous', 'unsigned']);
  }
});

test('the Date header stands in for x-amz-date', async () => {
  const wire: WireRequest = {
    target: '/b/k',
    headers: [
      'date: Tue, 03 Feb 2026 04:05:06 GMT',
      'host: h',
      'x-amz-content-sha256: UNSIGNED-PAYLOAD',
    ],
  };
  const scope = { date: '20260203', region: 'r', service: 's3' };
  const canonical = canonicalRequest(received(wire), {
    parameters: [],
    signedHeaders: ['date', 'host'],
    payloadHash: 'UNSIGNED-PAYLOAD',
  });
  const text = stringToSign({
    timestamp: '20260203T040506Z',
    scope: formatScope(scope),
    canonicalRequest: canonical,
  });
  const signature = sign(deriveSigningKey(exampleCredential.secretAccessKey, scope), text);
  const header = `Authorization: AWS4-HMAC-SHA256 Credential=${exampleCredential.accessKeyId}/${formatScope(scope)},SignedHeaders=date;host,Signature=${signature}`;
  const request = received({ ...wire, headers: [...wire.headers, header] });
  expect((await authenticate(request, options)).identity.kind).toBe('account');
});

async function kindOf(wire: WireRequest): Promise<string> {
  return (await authenticate(received(wire), options)).payload.kind;
}

test('the body is what the signature says, and a presigned URL lets its sender say more', async () => {
  expect(await kindOf(signed())).toBe('unsigned');
  expect(await kindOf(signed({}, { payloadHash: emptySha256.toUpperCase() }))).toBe('sha256');
  expect(await kindOf(presigned())).toBe('unsigned');
  const streaming = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
  expect(await kindOf(presigned(undefined, streaming))).toBe('chunked');

  const request = { method: 'GET', path: '/b/k', query: '', headers: { host: 'h' } };
  const query = presign(request, { ...key, expiresSeconds: 60, payloadHash: emptySha256 });
  const headers = lines({ host: 'h', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
  expect(await kindOf({ target: `/b/k?${query}`, headers })).toBe('sha256');
});

test('no text in any place breaks anything', async () => {
  const pieces = fc.constantFrom(
    'AWS4-HMAC-SHA256 ',
    'Credential=',
    'AKIAIOSFODNN7EXAMPLE/20260203/us-east-1/s3/aws4_request',
    'SignedHeaders=host;constructor;__proto__',
    'Signature=',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&',
    'X-Amz-Credential=',
    'X-Amz-Date=20260203T040506Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=x',
    '20260203T040506Z',
    ', ',
    '&',
    '%',
    '%zz%e9+',
  );
  const latin1 = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 8,
  });
  const anything = fc
    .array(fc.oneof({ weight: 3, arbitrary: pieces }, latin1), { maxLength: 8 })
    .map((parts) => parts.join(''));
  const headers = fc.record(
    {
      authorization: anything,
      date: anything,
      'x-amz-date': fc.oneof(fc.constant('20260203T040506Z'), anything),
      'x-amz-content-sha256': fc.oneof(fc.constant('UNSIGNED-PAYLOAD'), anything),
      'x-amz-trailer': anything,
      host: anything,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(anything, anything, headers, async (path, query, fields) => {
      const request = { ...received({ target: '/', headers: lines(fields) }), path, query };
      const outcome: unknown = await authenticate(request, options).catch(
        (error: unknown) => error,
      );
      expect(outcome instanceof S3Error || !(outcome instanceof Error)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
