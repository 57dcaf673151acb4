import * as s3 from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  Bucket = await newBucket(client);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

test('a presigned PUT and GET need nothing but the URL', async () => {
  const put = await getSignedUrl(
    client,
    new s3.PutObjectCommand({ Bucket, Key: 'presigned ü/%.txt', ContentType: 'text/plain' }),
    { expiresIn: 60 },
  );
  const stored = await fetch(put, { method: 'PUT', body: 'hello' });
  expect(stored.status).toBe(200);
  expect(stored.headers.get('etag')).toBe('"5d41402abc4b2a76b9719d911017c592"');
  const get = await getSignedUrl(
    client,
    new s3.GetObjectCommand({
      Bucket,
      Key: 'presigned ü/%.txt',
      ResponseContentDisposition: 'attachment',
    }),
    { expiresIn: 60 },
  );
  const read = await fetch(get);
  expect(await read.text()).toBe('hello');
  expect(read.headers.get('content-disposition')).toBe('attachment');
});

test('a presigned URL is good for its method, key and time only', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'signed', Body: 'x' }));
  const sign = async (options: object): Promise<string> =>
    getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: 'signed' }), options);
  const url = await sign({ expiresIn: 60 });
  const code = async (target: string, init: RequestInit = {}): Promise<string> => {
    const answer = await fetch(target, init);
    return `${answer.status} ${/<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1]}`;
  };
  expect(await code(url, { method: 'DELETE' })).toBe('403 SignatureDoesNotMatch');
  expect(await code(url.replace('/signed?', '/other?'))).toBe('403 SignatureDoesNotMatch');
  expect(await code(`${url}&versionId=1`)).toBe('403 SignatureDoesNotMatch');
  const past = await sign({ expiresIn: 60, signingDate: new Date(Date.now() - 120_000) });
  expect(await code(past)).toBe('403 AccessDenied');
  const week = url.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
  expect(await code(week)).toBe('400 AuthorizationQueryParametersError');
});

test('a wrong secret is told with all that is needed to find out why', async () => {
  const { accessKeyId } = causeway.credentials;
  const wrong = sdk(causeway, { credentials: { accessKeyId, secretAccessKey: 'wrong' } });
  const error = await refusal(wrong.send(new s3.ListObjectsV2Command({ Bucket })));
  expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
  wrong.destroy();
  expect(error['AWSAccessKeyId']).toBe(accessKeyId);
  expect(error['StringToSign']).toMatch(/^AWS4-HMAC-SHA256\n\d{8}T\d{6}Z\n/);
  expect(error['SignatureProvided']).toMatch(/^[0-9a-f]{64}$/);
  expect(error['CanonicalRequest']).toContain(`GET\n/${Bucket}`);
  const asBytes = (text: unknown): string =>
    (Buffer.from(String(text)).toString('hex').match(/../g) ?? []).join(' ');
  expect(error['StringToSignBytes']).toBe(asBytes(error['StringToSign']));
  expect(error['CanonicalRequestBytes']).toBe(asBytes(error['CanonicalRequest']));
});

test('an unknown access key is told', async () => {
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'x' };
  const unknown = sdk(causeway, { credentials });
  const error = await refusal(unknown.send(new s3.ListBucketsCommand({})));
  expect(error).toMatchObject({ code: 'InvalidAccessKeyId', status: 403 });
  unknown.destroy();
  expect(error['AWSAccessKeyId']).toBe('nobody');
});

test('a clock that is wrong by more than 15 minutes is told', async () => {
  const late = sdk(causeway, { systemClockOffset: -16 * 60_000 });
  const error = await refusal(late.send(new s3.ListBucketsCommand({})));
  expect(error).toMatchObject({ code: 'RequestTimeTooSkewed', status: 403 });
  late.destroy();
  expect(error['MaxAllowedSkewMilliseconds']).toBe('900000');
});

test('nobody reads or writes without credentials', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'private', Body: 'x' }));
  for (const [method, path] of [
    ['GET', ''],
    ['GET', Bucket],
    ['GET', `${Bucket}/private`],
    ['PUT', `${Bucket}/new`],
    ['DELETE', `${Bucket}/private`],
    ['PUT', 'new-bucket'],
  ] as const) {
    const answer = await fetch(`${causeway.url}/${path}`, { method });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
  }
  await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'private' }));
  expect(
    await refusal(client.send(new s3.HeadObjectCommand({ Bucket, Key: 'new' }))),
  ).toMatchObject({ code: 'NotFound', status: 404 });
});

test('an operation that is not served is refused by its name', async () => {
  const calls: Record<string, () => Promise<unknown>> = {
    GetBucketInventoryConfiguration: async () =>
      client.send(new s3.GetBucketInventoryConfigurationCommand({ Bucket, Id: 'i' })),
    GetBucketAccelerateConfiguration: async () =>
      client.send(new s3.GetBucketAccelerateConfigurationCommand({ Bucket })),
    GetObjectTorrent: async () =>
      client.send(new s3.GetObjectTorrentCommand({ Bucket, Key: 'private' })),
    PutBucketRequestPayment: async () =>
      client.send(
        new s3.PutBucketRequestPaymentCommand({
          Bucket,
          RequestPaymentConfiguration: { Payer: 'Requester' },
        }),
      ),
  };
  for (const [name, call] of Object.entries(calls)) {
    const error = await refusal(call());
    expect(error).toMatchObject({ code: 'NotImplemented', status: 501 });
    expect(error['message']).toContain(name);
  }
});

test('every answer has an id, errors too, and the error document repeats it', async () => {
  const answer = await fetch(`${causeway.url}/${Bucket}/private`);
  const id = answer.headers.get('x-amz-request-id');
  expect(id).toMatch(/^[0-9A-Z]{16,}$/);
  expect(answer.headers.get('content-type')).toBe('application/xml');
  expect(await answer.text()).toContain(`<RequestId>${id}</RequestId>`);
});
