import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

const origin = 'https://app.example.test';

async function configure(Bucket: string, CORSRules: s3.CORSRule[]): Promise<unknown> {
  return client.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
}

async function preflight(bucket: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${causeway.url}/${bucket}/key`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', ...headers },
  });
}

test('a configuration comes back as it was put, and goes when it is deleted', async () => {
  const Bucket = await newBucket(client);
  expect(await refusal(client.send(new s3.GetBucketCorsCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchCORSConfiguration',
    status: 404,
  });
  const rules: s3.CORSRule[] = [
    {
      ID: 'uploads',
      AllowedOrigins: [origin, 'https://*.example.test'],
      AllowedMethods: ['PUT', 'POST'],
      AllowedHeaders: ['*'],
      ExposeHeaders: ['ETag', 'x-amz-request-id'],
      MaxAgeSeconds: 600,
    },
    { AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'] },
  ];
  await configure(Bucket, rules);
  const { CORSRules } = await client.send(new s3.GetBucketCorsCommand({ Bucket }));
  expect(CORSRules).toEqual(rules);
  const deleted = await client.send(new s3.DeleteBucketCorsCommand({ Bucket }));
  expect(deleted.$metadata.httpStatusCode).toBe(204);
  expect(await refusal(client.send(new s3.GetBucketCorsCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchCORSConfiguration',
    status: 404,
  });
});

test('a preflight is answered by the rules, at once and without credentials', async () => {
  const Bucket = await newBucket(client);
  const before = await preflight(Bucket, {});
  expect(before.status).toBe(403);
  expect(before.headers.get('access-control-allow-origin')).toBeNull();

  await configure(Bucket, [
    {
      AllowedOrigins: [origin],
      AllowedMethods: ['PUT'],
      AllowedHeaders: ['x-amz-*', 'content-type'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 600,
    },
  ]);
  const asked = { 'access-control-request-headers': 'content-type,x-amz-date' };
  const allowed = await preflight(Bucket, asked);
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
  expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
  expect(allowed.headers.get('access-control-allow-methods')?.split(/, ?/)).toContain('PUT');
  expect(allowed.headers.get('access-control-max-age')).toBe('600');
  expect(allowed.headers.get('vary')?.toLowerCase()).toContain('origin');
  const names = allowed.headers.get('access-control-allow-headers')?.toLowerCase().split(/, ?/);
  expect(names).toEqual(expect.arrayContaining(['content-type', 'x-amz-date']));

  const refusals: Record<string, string>[] = [
    { origin: 'https://other.example.test' },
    { origin: `${origin}.evil.test` },
    { 'access-control-request-method': 'DELETE' },
    { 'access-control-request-headers': 'x-custom' },
  ];
  for (const headers of refusals) {
    const answer = await preflight(Bucket, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(await answer.text()).toContain('<Code>');
  }
  await client.send(new s3.DeleteBucketCorsCommand({ Bucket }));
  expect((await preflight(Bucket, {})).status).toBe(403);
});

test('the answer to a real request carries the headers of its rule, success or not', async () => {
  const Bucket = await newBucket(client);
  await configure(Bucket, [
    { AllowedOrigins: ['*'], AllowedMethods: ['GET'], ExposeHeaders: ['ETag'] },
  ]);
  const anonymous = await fetch(`${causeway.url}/${Bucket}/key`, { headers: { origin } });
  expect(anonymous.status).toBe(403);
  expect(anonymous.headers.get('access-control-allow-origin')).toBe('*');
  expect(anonymous.headers.get('access-control-allow-credentials')).toBeNull();
  expect(anonymous.headers.get('access-control-expose-headers')).toBe('ETag');
  const plain = await fetch(`${causeway.url}/${Bucket}/key`);
  expect(plain.headers.get('access-control-allow-origin')).toBeNull();
});

test.each([
  [
    'two stars',
    { AllowedOrigins: ['https://*.*.test'], AllowedMethods: ['GET'] },
    'InvalidRequest',
  ],
  ['an unknown method', { AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }, 'InvalidRequest'],
  ['no method', { AllowedOrigins: ['*'], AllowedMethods: [] }, 'MalformedXML'],
  ['no origin', { AllowedOrigins: [], AllowedMethods: ['GET'] }, 'MalformedXML'],
])('a rule with %s is refused and the old configuration stays', async (_, rule, code) => {
  const Bucket = await newBucket(client);
  const good = [{ AllowedOrigins: [origin], AllowedMethods: ['GET'] }];
  await configure(Bucket, good);
  expect(await refusal(configure(Bucket, [rule]))).toMatchObject({ code: code, status: 400 });
  const { CORSRules } = await client.send(new s3.GetBucketCorsCommand({ Bucket }));
  expect(CORSRules).toEqual(good);
});

test('more than 100 rules are refused', async () => {
  const Bucket = await newBucket(client);
  const rule = { AllowedOrigins: ['*'], AllowedMethods: ['GET'] };
  await configure(
    Bucket,
    Array.from({ length: 100 }, () => rule),
  );
  const tooMany = Array.from({ length: 101 }, () => rule);
  expect(await refusal(configure(Bucket, tooMany))).toMatchObject({
    code: 'InvalidRequest',
    status: 400,
  });
});
