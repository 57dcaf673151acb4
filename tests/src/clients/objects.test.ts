import { createHash } from 'node:crypto';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { bytesOf, newBucket, refusal, sdk } from '../sdk.ts';

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

async function bytes(output: s3.GetObjectCommandOutput): Promise<Buffer> {
  return Buffer.from((await output.Body?.transformToByteArray()) ?? []);
}

const md5 = (data: Uint8Array): string => `"${createHash('md5').update(data).digest('hex')}"`;

test.each([0, 1, 1000, 4096, 16_384, 65_536, 131_073, 1_048_577, 9_000_001])(
  'an object of %i bytes comes back as it was',
  async (size) => {
    const Key = `size-${size}`;
    const Body = bytesOf(size, size + 1);
    const put = await client.send(new s3.PutObjectCommand({ Bucket, Key, Body }));
    expect(put.ETag).toBe(md5(Body));
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
    expect(got.ContentLength).toBe(size);
    expect(got.ETag).toBe(md5(Body));
    expect((await bytes(got)).equals(Body)).toBe(true);
    const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ContentLength: size, ETag: md5(Body), AcceptRanges: 'bytes' });
  },
);

test('what a client says about an object comes back with it', async () => {
  const said = {
    ContentType: 'text/html; charset=utf-8',
    CacheControl: 'max-age=60, public',
    ContentDisposition: 'attachment; filename="a b.html"',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de',
    Metadata: { colour: 'blue', 'with-dash': 'a, b' },
  };
  const Expires = new Date('2030-01-02T03:04:05Z');
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'said', Body: 'x', ...said, Expires }));
  for (const Command of [s3.GetObjectCommand, s3.HeadObjectCommand]) {
    const answer = await client.send(new Command({ Bucket, Key: 'said' }));
    expect(answer).toMatchObject(said);
    expect(new Date(answer.ExpiresString ?? '')).toEqual(Expires);
    expect(Math.abs(Date.now() - (answer.LastModified?.getTime() ?? 0))).toBeLessThan(60_000);
  }
});

test('an object without a type is binary/octet-stream', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'no-type', Body: Buffer.from('x') }));
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'no-type' }));
  expect(['binary/octet-stream', 'application/octet-stream']).toContain(head.ContentType);
});

const alphabet = Buffer.from('abcdefghijklmnopqrstuvwxyz');

test.each([
  ['bytes=0-4', 'bytes 0-4/26', 'abcde'],
  ['bytes=20-', 'bytes 20-25/26', 'uvwxyz'],
  ['bytes=-3', 'bytes 23-25/26', 'xyz'],
  ['bytes=24-100', 'bytes 24-25/26', 'yz'],
  ['bytes=-100', 'bytes 0-25/26', alphabet.toString()],
])('the range %s is answered with %s', async (Range, contentRange, text) => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'alphabet', Body: alphabet }));
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'alphabet', Range }));
  expect(got.$metadata.httpStatusCode).toBe(206);
  expect(got.ContentRange).toBe(contentRange);
  expect((await bytes(got)).toString()).toBe(text);
});

test('a range across the blocks of a large object is exact', async () => {
  const Body = bytesOf(5_000_000, 7);
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'large', Body }));
  for (const [first, last] of [
    [0, 0],
    [1_048_575, 1_048_577],
    [65_535, 4_999_999],
  ] as const) {
    const Range = `bytes=${first}-${last}`;
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'large', Range }));
    expect((await bytes(got)).equals(Body.subarray(first, last + 1))).toBe(true);
  }
});

test('a range that starts behind the end is refused, one that is no range is passed over', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'alphabet', Body: alphabet }));
  const get = async (Range: string): Promise<s3.GetObjectCommandOutput> =>
    client.send(new s3.GetObjectCommand({ Bucket, Key: 'alphabet', Range }));
  expect(await refusal(get('bytes=26-'))).toMatchObject({ code: 'InvalidRange', status: 416 });
  for (const Range of ['bytes=5-2', 'lines=1-2', 'bytes=a-b']) {
    const whole = await get(Range);
    expect(whole.$metadata.httpStatusCode).toBe(200);
    expect(whole.ContentLength).toBe(26);
  }
});

test('reads obey their conditions', async () => {
  const { ETag } = await client.send(
    new s3.PutObjectCommand({ Bucket, Key: 'conditions', Body: 'x' }),
  );
  const past = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 3_600_000);
  const get = async (conditions: Partial<s3.GetObjectCommandInput>): Promise<number> =>
    client
      .send(new s3.GetObjectCommand({ Bucket, Key: 'conditions', ...conditions }))
      .then(({ $metadata }) => $metadata.httpStatusCode ?? 0)
      .catch((error: s3.S3ServiceException) => error.$metadata.httpStatusCode ?? 0);
  expect(await get({ IfMatch: ETag })).toBe(200);
  expect(await get({ IfMatch: '*' })).toBe(200);
  expect(await get({ IfMatch: '"other"' })).toBe(412);
  expect(await get({ IfNoneMatch: ETag })).toBe(304);
  expect(await get({ IfNoneMatch: '"other"' })).toBe(200);
  expect(await get({ IfModifiedSince: past })).toBe(200);
  expect(await get({ IfUnmodifiedSince: past })).toBe(412);
  expect(await get({ IfUnmodifiedSince: future })).toBe(200);
  // RFC 9110, 13.2.2: an entity tag is stronger than a date.
  expect(await get({ IfMatch: ETag, IfUnmodifiedSince: past })).toBe(200);
  expect(await get({ IfNoneMatch: ETag, IfModifiedSince: past })).toBe(304);
});

test('writes obey their conditions, and one of many racing creators wins', async () => {
  const put = async (conditions: Partial<s3.PutObjectCommandInput>): Promise<string> =>
    client
      .send(new s3.PutObjectCommand({ Bucket, Key: 'race', Body: 'x', ...conditions }))
      .then(({ ETag }) => ETag ?? '')
      .catch((error: s3.S3ServiceException) => error.name);
  expect(await put({ IfMatch: '"none"' })).toBe('NoSuchKey');
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, async (_, at) => put({ IfNoneMatch: '*', Body: `racer ${at}` })),
  );
  const winners = outcomes.filter((outcome) => outcome.startsWith('"'));
  expect(winners).toHaveLength(1);
  for (const outcome of outcomes.filter((name) => !winners.includes(name))) {
    expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(outcome);
  }
  expect(await put({ IfNoneMatch: '*' })).toBe('PreconditionFailed');
  expect(await put({ IfMatch: '"other"' })).toBe('PreconditionFailed');
  expect(await put({ IfMatch: winners[0] })).toMatch(/^"/);
});

test('the answer headers of a GET can be chosen', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'response', Body: 'x' }));
  const chosen = {
    ResponseContentType: 'text/plain',
    ResponseCacheControl: 'no-store',
    ResponseContentDisposition: 'attachment; filename="é.txt"',
    ResponseContentEncoding: 'identity',
    ResponseContentLanguage: 'fr',
  };
  const got = await client.send(
    new s3.GetObjectCommand({
      Bucket,
      Key: 'response',
      ...chosen,
      ResponseContentDisposition: 'inline',
    }),
  );
  expect(got).toMatchObject({
    ContentType: 'text/plain',
    CacheControl: 'no-store',
    ContentDisposition: 'inline',
    ContentEncoding: 'identity',
    ContentLanguage: 'fr',
  });
});

test('deleting is idempotent and takes effect at once', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
  for (const _ of [1, 2]) {
    const deleted = await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'gone' }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
  }
  const error = await refusal(client.send(new s3.GetObjectCommand({ Bucket, Key: 'gone' })));
  expect(error).toMatchObject({ code: 'NoSuchKey', status: 404 });
  expect(error['Key']).toBe('gone');
  expect(
    await refusal(client.send(new s3.HeadObjectCommand({ Bucket, Key: 'gone' }))),
  ).toMatchObject({ code: 'NotFound', status: 404 });
});

test('many objects are deleted at once, and each outcome is told', async () => {
  const keys = ['many/1', 'many/<2>&"', 'many/ü', 'many/not-there'];
  for (const Key of keys.slice(0, 3)) {
    await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x' }));
  }
  const Objects = keys.map((Key) => ({ Key }));
  const answer = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(answer.Errors ?? []).toEqual([]);
  expect((answer.Deleted ?? []).map(({ Key = '' }) => Key).toSorted()).toEqual(keys.toSorted());
  const quiet = await client.send(
    new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
  );
  expect(quiet.Deleted ?? []).toEqual([]);
  const list = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: 'many/' }));
  expect(list.KeyCount).toBe(0);
});

test('a copy has the bytes, and the metadata of its source or its own', async () => {
  const Body = bytesOf(300_000, 3);
  const CopySource = `${Bucket}/copy%20source%2B%C3%BC`;
  await client.send(
    new s3.PutObjectCommand({
      Bucket,
      Key: 'copy source+ü',
      Body,
      ContentType: 'text/css',
      Metadata: { from: 'source' },
    }),
  );
  const copied = await client.send(new s3.CopyObjectCommand({ Bucket, Key: 'copy-1', CopySource }));
  expect(copied.CopyObjectResult?.ETag).toBe(md5(Body));
  expect(copied.CopyObjectResult?.LastModified).toBeInstanceOf(Date);
  const first = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'copy-1' }));
  expect(first).toMatchObject({ ContentType: 'text/css', Metadata: { from: 'source' } });
  expect((await bytes(first)).equals(Body)).toBe(true);

  await client.send(
    new s3.CopyObjectCommand({
      Bucket,
      Key: 'copy-2',
      CopySource,
      MetadataDirective: 'REPLACE',
      ContentType: 'text/plain',
      Metadata: { from: 'request' },
    }),
  );
  const second = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'copy-2' }));
  expect(second).toMatchObject({ ContentType: 'text/plain', Metadata: { from: 'request' } });

  // The source goes away; the copy is its own object.
  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'copy source+ü' }));
  const still = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'copy-1' }));
  expect((await bytes(still)).equals(Body)).toBe(true);
  expect(
    await refusal(client.send(new s3.CopyObjectCommand({ Bucket, Key: 'copy-3', CopySource }))),
  ).toMatchObject({ code: 'NoSuchKey', status: 404 });
});

test('a copy onto itself must change something', async () => {
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'self', Body: 'x' }));
  const CopySource = `${Bucket}/self`;
  expect(
    await refusal(client.send(new s3.CopyObjectCommand({ Bucket, Key: 'self', CopySource }))),
  ).toMatchObject({ code: 'InvalidRequest', status: 400 });
  await client.send(
    new s3.CopyObjectCommand({
      Bucket,
      Key: 'self',
      CopySource,
      MetadataDirective: 'REPLACE',
      Metadata: { now: 'changed' },
    }),
  );
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'self' }));
  expect(got.Metadata).toEqual({ now: 'changed' });
  expect((await bytes(got)).toString()).toBe('x');
});

test('a copy obeys the conditions on its source', async () => {
  const { ETag } = await client.send(
    new s3.PutObjectCommand({ Bucket, Key: 'copy-conditions', Body: 'x' }),
  );
  const copy = async (conditions: Partial<s3.CopyObjectCommandInput>): Promise<unknown> =>
    client.send(
      new s3.CopyObjectCommand({
        Bucket,
        Key: 'copy-4',
        CopySource: `${Bucket}/copy-conditions`,
        ...conditions,
      }),
    );
  await copy({ CopySourceIfMatch: ETag });
  expect(await refusal(copy({ CopySourceIfMatch: '"other"' }))).toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
  expect(await refusal(copy({ CopySourceIfNoneMatch: ETag }))).toMatchObject({
    code: 'PreconditionFailed',
    status: 412,
  });
});
