import { createHmac } from 'node:crypto';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});
beforeEach(async () => {
  Bucket = await newBucket(client);
});

const date = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
const day = date.slice(0, 8);

/** The fields of a form that a site's server signed (SigV4, "Authenticating requests in browser-based
 * uploads using POST"). */
function signed(conditions: readonly unknown[], expiresInMs = 60_000): Record<string, string> {
  const { accessKeyId, secretAccessKey } = causeway.credentials;
  const expiration = new Date(Date.now() + expiresInMs).toISOString();
  const own = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/${day}/us-east-1/s3/aws4_request`,
    'x-amz-date': date,
  };
  const all = [...conditions, ...Object.entries(own).map(([name, value]) => ({ [name]: value }))];
  const policy = Buffer.from(JSON.stringify({ expiration, conditions: all })).toString('base64');
  let key: Buffer | string = `AWS4${secretAccessKey}`;
  for (const part of [day, 'us-east-1', 's3', 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest();
  }
  const signature = createHmac('sha256', key).update(policy).digest('hex');
  return { ...own, policy, 'x-amz-signature': signature };
}

async function post(
  fields: Readonly<Record<string, string>>,
  file: string | null = 'the file',
  headers: Readonly<Record<string, string>> = {},
) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append('file', new Blob([file]), 'C:\\photos\\cat.jpg');
  const url = `${causeway.url}/${Bucket}`;
  const answer = await fetch(url, { method: 'POST', body: form, headers, redirect: 'manual' });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    code: /<Code>(\w+)/.exec(text)?.[1],
  };
}
const any = (): readonly unknown[] => [{ bucket: Bucket }, ['starts-with', '$key', '']];

async function read(Key: string) {
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  return { ...got, body: await got.Body?.transformToString() };
}

test('a form puts its file, with what its fields say of it', async () => {
  const fields = {
    key: 'a/${filename}',
    'Content-Type': 'image/jpeg',
    'x-amz-meta-who': 'mé',
    tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>',
  };
  const conditions = [
    ['starts-with', '$key', 'a/'],
    { bucket: Bucket },
    ['starts-with', '$content-type', 'image/'],
    ['starts-with', '$x-amz-meta-who', ''],
    ['starts-with', '$tagging', ''],
    ['content-length-range', 1, 100],
  ];
  const answer = await post({ ...signed(conditions), ...fields });
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(answer.headers.get('location')).toBe(`${causeway.url}/${Bucket}/a%2Fcat.jpg`);
  const got = await read('a/cat.jpg');
  expect(got).toMatchObject({ body: 'the file', ContentType: 'image/jpeg', TagCount: 1 });
  // As of every object whose metadata is no ASCII (RFC 2047).
  expect(got.Metadata).toEqual({ who: '=?UTF-8?B?bcOp?=' });
  expect(answer.headers.get('etag')).toBe(got.ETag);
});

test('a large file streams, and one that is over the range is not stored', async () => {
  const large = 'x'.repeat(3_000_000);
  const range = (max: number) => signed([...any(), ['content-length-range', 0, max]]);
  expect(await post({ ...range(4_000_000), key: 'large' }, large)).toMatchObject({ status: 204 });
  expect((await read('large')).body).toBe(large);
  expect(await post({ ...range(1_000_000), key: 'over' }, large)).toMatchObject({
    status: 400,
    code: 'EntityTooLarge',
  });
  const least = signed([...any(), ['content-length-range', 100, 200]]);
  expect(await post({ ...least, key: 'under' })).toMatchObject({ code: 'EntityTooSmall' });
  const { Contents } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['large']);
});

test('the answer is what the form asks for', async () => {
  const ask = (name: string, value: string) =>
    post({ ...signed([...any(), { [name]: value }]), [name]: value, key: 'k' });
  expect(await ask('success_action_status', '200')).toMatchObject({ status: 200, text: '' });
  const created = await ask('success_action_status', '201');
  expect(created.status).toBe(201);
  expect(created.text).toContain(`<Bucket>${Bucket}</Bucket><Key>k</Key><ETag>`);
  expect((await ask('success_action_status', '404')).status).toBe(204);
  const moved = await ask('success_action_redirect', 'https://app.example/done?a=b');
  expect(moved.status).toBe(303);
  expect(moved.headers.get('location')).toMatch(
    new RegExp(`^https://app.example/done\\?a=b&bucket=${Bucket}&key=k&etag=%22[0-9a-f]{32}%22$`),
  );
});

test('what the policy does not allow is refused, and nothing is stored', async () => {
  const good = signed(any());
  const refused: readonly (readonly [Record<string, string>, string])[] = [
    [{ ...good, key: 'k', 'x-amz-meta-extra': '1' }, 'AccessDenied'],
    [{ ...good, key: 'k', 'x-amz-signature': '0'.repeat(64) }, 'SignatureDoesNotMatch'],
    [{ ...good }, 'InvalidArgument'],
    [{ ...signed(any(), -1000), key: 'k' }, 'AccessDenied'],
    [{ ...signed([{ bucket: 'other' }, ['starts-with', '$key', '']]), key: 'k' }, 'AccessDenied'],
    [{ ...signed([{ bucket: Bucket }, { key: 'other' }]), key: 'k' }, 'AccessDenied'],
    [
      { ...signed([...any(), ['content-length-range', 'x', 1]]), key: 'k' },
      'InvalidPolicyDocument',
    ],
    [{ key: 'k' }, 'AccessDenied'],
    [
      { key: 'k', policy: good['policy'] ?? '', AWSAccessKeyId: 'a', signature: 'b' },
      'InvalidRequest',
    ],
  ];
  for (const [fields, code] of refused) {
    expect([code, await post(fields)]).toMatchObject([code, { code }]);
  }
  expect(await post({ ...good, key: 'k' }, null)).toMatchObject({ code: 'InvalidArgument' });
  const long = { ...good, key: 'k', 'x-ignore-me': 'x'.repeat(30_000) };
  expect(await post(long)).toMatchObject({ code: 'MaxPostPreDataLengthExceededError' });
  const broken = await fetch(`${causeway.url}/${Bucket}`, {
    method: 'POST',
    body: '--x\r\nContent-Disp',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
  });
  expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('<Code>')]);
  const { Contents } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents).toBeUndefined();
});

test('strangers put where strangers may, and a page of another origin reads the answer', async () => {
  await client.send(new s3.PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }));
  const CORSConfiguration = {
    CORSRules: [{ AllowedOrigins: ['https://app.example'], AllowedMethods: ['POST'] }],
  };
  await client.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration }));
  const from = { Origin: 'https://app.example' };
  const answer = await post({ key: 'k' }, 'hello', from);
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
  const refused = await post({ acl: 'nonsense', key: 'k' }, 'hello', from);
  expect(refused.code).toBe('InvalidArgument');
  expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
});
