import { expect, test } from 'vitest';
import { S3Error } from '../protocol/errors.ts';
import { authenticate, type AuthenticateOptions } from './authenticate.ts';
import { authorization, nowMs, options, presigned, signed } from './signed-request.test.data.ts';
import { received, type WireRequest } from './wire-request.test.data.ts';

interface Refusal {
  readonly why: string;
  readonly wire: WireRequest;
  readonly with?: Partial<AuthenticateOptions>;
  readonly error: Readonly<Record<string, unknown>>;
}

function at(ms: number): Partial<AuthenticateOptions> {
  return { now: () => ms };
}

const minute = 60_000;
const malformed = 'AuthorizationHeaderMalformed';
const malformedQuery = 'AuthorizationQueryParametersError';
const refusals: readonly Refusal[] = [
  {
    why: 'a header and a presigned URL at once',
    wire: presigned(undefined, { authorization: 'AWS4-HMAC-SHA256 x' }),
    error: {
      code: 'InvalidArgument',
      fields: { ArgumentName: 'Authorization', ArgumentValue: 'AWS4-HMAC-SHA256 x' },
    },
  },
  {
    why: 'Signature Version 2 by header',
    wire: signed({ authorization: 'AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=' }),
    error: {
      code: 'InvalidRequest',
      message:
        'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    },
  },
  {
    why: 'Signature Version 2 by URL',
    wire: { target: '/b/k?AWSAccessKeyId=A&Expires=1&Signature=x', headers: ['host: h'] },
    error: { code: 'InvalidRequest', message: expect.stringContaining('AWS4-HMAC-SHA256') },
  },
  {
    why: 'SigV4A',
    wire: authorization((value) => value.replace('HMAC-SHA256', 'ECDSA-P256-SHA256')),
    error: { code: 'InvalidRequest', message: expect.stringContaining('AWS4-HMAC-SHA256') },
  },
  {
    why: 'another scheme, whose secret is not repeated',
    wire: signed({ authorization: 'Basic c2VjcmV0' }),
    error: {
      code: 'InvalidArgument',
      message: 'Unsupported Authorization Type',
      fields: { ArgumentName: 'Authorization', ArgumentValue: 'Basic' },
    },
  },
  ...['Credential', 'SignedHeaders', 'Signature'].map((name) => ({
    why: `no ${name}`,
    wire: authorization((value) => value.replace(`${name}=`, 'Other=')),
    error: { code: malformed, message: `The authorization header is malformed; missing ${name}.` },
  })),
  {
    why: 'a component without a name',
    wire: authorization((value) => `${value}, x`),
    error: { code: malformed },
  },
  {
    why: 'a short credential',
    wire: authorization((value) => value.replace('/s3/aws4_request', '')),
    error: { code: malformed, message: expect.stringContaining('YYYYMMDD/REGION') },
  },
  {
    why: 'another terminal',
    wire: authorization((value) => value.replace('aws4_request', 'aws5_request')),
    error: { code: malformed, message: expect.stringContaining('incorrect terminal') },
  },
  {
    why: 'another service',
    wire: authorization((value) => value.replace('/s3/', '/iam/')),
    error: { code: malformed, message: expect.stringContaining('incorrect service "iam"') },
  },
  {
    why: 'another region',
    wire: signed(),
    with: { region: 'eu-west-1' },
    error: {
      code: malformed,
      message:
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
      fields: { Region: 'eu-west-1' },
    },
  },
  {
    why: 'a header that is signed twice',
    wire: authorization((value) => value.replace('SignedHeaders=host', 'SignedHeaders=host;host')),
    error: { code: malformed },
  },
  {
    why: 'a day in the scope that is not the day of the signature',
    wire: authorization((value) => value.replace('20260203', '20260204')),
    error: { code: malformed, message: expect.stringContaining('Invalid credential date') },
  },
  {
    why: 'no date',
    wire: signed({ 'x-amz-date': undefined }),
    error: {
      code: 'AccessDenied',
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    },
  },
  {
    why: 'a date that does not exist',
    wire: signed({ 'x-amz-date': '20260230T000000Z' }),
    error: { code: 'AccessDenied' },
  },
  {
    why: 'a clock that is late',
    wire: signed(),
    with: at(nowMs + 15 * minute + 1),
    error: {
      code: 'RequestTimeTooSkewed',
      status: 403,
      fields: {
        RequestTime: '20260203T040506Z',
        ServerTime: '2026-02-03T04:20:06Z',
        MaxAllowedSkewMilliseconds: 900_000,
      },
    },
  },
  {
    why: 'a clock that is early',
    wire: signed(),
    with: at(nowMs - 15 * minute - 1),
    error: { code: 'RequestTimeTooSkewed' },
  },
  {
    why: 'no x-amz-content-sha256',
    wire: signed({ 'x-amz-content-sha256': undefined }),
    error: {
      code: 'InvalidRequest',
      message: 'Missing required header for this request: x-amz-content-sha256',
    },
  },
  {
    why: 'an x-amz-content-sha256 that means nothing',
    wire: signed({}, { payloadHash: 'toString' }),
    error: {
      code: 'InvalidArgument',
      fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'toString' },
    },
  },
  {
    why: 'chunks signed by ECDSA',
    wire: signed({}, { payloadHash: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER' }),
    error: { code: 'NotImplemented' },
  },
  {
    why: 'a session token, as all keys are long-lived',
    wire: signed({ 'x-amz-security-token': 'x' }),
    error: { code: 'InvalidToken' },
  },
  {
    why: 'a key that does not exist',
    wire: signed({}, { accessKeyId: 'AKIA0000000000000000' }),
    error: {
      code: 'InvalidAccessKeyId',
      status: 403,
      fields: { AWSAccessKeyId: 'AKIA0000000000000000' },
    },
  },
  {
    why: 'headers that were added after signing',
    wire: signed({ 'x-amz-acl': 'public-read', 'x-amz-meta-a': '1', range: 'bytes=0-1' }),
    error: {
      code: 'AccessDenied',
      status: 403,
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-acl, x-amz-meta-a' },
    },
  },
  {
    why: 'a host that is not signed',
    wire: authorization((value) => value.replace('SignedHeaders=host;', 'SignedHeaders=')),
    error: { code: 'AccessDenied', fields: { HeadersNotSigned: 'host' } },
  },
  {
    why: 'a presigned URL that has expired',
    wire: presigned(),
    with: at(nowMs + minute + 1),
    error: {
      code: 'AccessDenied',
      message: 'Request has expired',
      fields: {
        'X-Amz-Expires': 60,
        Expires: '2026-02-03T04:06:06Z',
        ServerTime: '2026-02-03T04:06:06Z',
      },
    },
  },
  {
    why: 'a presigned URL of the future',
    wire: presigned(),
    with: at(nowMs - 15 * minute - 1),
    error: { code: 'AccessDenied', message: 'Request is not valid yet' },
  },
  ...['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'].map((name) => ({
    why: `a presigned URL without X-Amz-${name}`,
    wire: presigned((query) => query.replace(`X-Amz-${name}=`, 'x=')),
    error: { code: malformedQuery, message: expect.stringContaining('requires the X-Amz-Algo') },
  })),
  ...['0', '-1', '604801', '1.5', 'x', '1e3'].map((expires) => ({
    why: `X-Amz-Expires=${expires}`,
    wire: presigned((query) => query.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`)),
    error: { code: malformedQuery, message: expect.stringContaining('X-Amz-Expires') },
  })),
  {
    why: 'a presigned URL of another algorithm',
    wire: presigned((query) => query.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')),
    error: { code: malformedQuery, message: expect.stringContaining('X-Amz-Algorithm') },
  },
  {
    why: 'a presigned URL for another region',
    wire: presigned(),
    with: { region: 'eu-west-1' },
    error: { code: malformedQuery, fields: { Region: 'eu-west-1' } },
  },
  {
    why: 'a header that a presigned URL does not sign',
    wire: presigned(undefined, { 'x-amz-acl': 'public-read' }),
    error: { code: 'AccessDenied', fields: { HeadersNotSigned: 'x-amz-acl' } },
  },
  {
    why: 'signed chunks from nobody',
    wire: {
      target: '/b/k',
      headers: ['host: h', 'x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
    },
    error: { code: 'InvalidRequest', message: expect.stringContaining('Anonymous requests') },
  },
];

test.each(refusals)('refused: $why', async ({ wire, with: other = {}, error }) => {
  await expect(authenticate(received(wire), { ...options, ...other })).rejects.toSatisfy(
    (thrown) => thrown instanceof S3Error,
  );
  await expect(authenticate(received(wire), { ...options, ...other })).rejects.toMatchObject(error);
});
