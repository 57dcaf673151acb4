import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

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

const put = async (Key: string, Body: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));
const rename = async (
  RenameSource: string,
  Key: string,
  more: Partial<s3.RenameObjectCommandInput> = {},
) => client.send(new s3.RenameObjectCommand({ Bucket, Key, RenameSource, ...more }));
async function read(Key: string): Promise<string | undefined> {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

test('an object is renamed, with its metadata, tags and time', async () => {
  const Key = 'a/ü 1';
  await put(Key, 'body', { Metadata: { a: 'b' }, Tagging: 't=1', ContentType: 'text/css' });
  const before = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
  await rename(encodeURIComponent(Key), 'b');
  expect(await refusal(read(Key))).toMatchObject({ code: 'NoSuchKey' });
  expect(await read('b')).toBe('body');
  const after = await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'b' }));
  const { Metadata, TagCount, ContentType, LastModified, ETag } = after;
  expect({ Metadata, TagCount, ContentType, LastModified, ETag }).toEqual({
    Metadata: { a: 'b' },
    TagCount: 1,
    ContentType: 'text/css',
    LastModified: before.LastModified,
    ETag: before.ETag,
  });
  await rename(`/${Bucket}/b`, 'c');
  expect(await read('c')).toBe('body');
  expect(await refusal(rename('no', 'd'))).toMatchObject({ code: 'NoSuchKey', Key: 'no' });
  expect(await refusal(rename('%zz', 'd'))).toMatchObject({ code: 'InvalidArgument' });
});

test('a rename has conditions on both of its ends', async () => {
  const { ETag } = await put('from', '1');
  await put('to', '2');
  const past = new Date(Date.now() - 60_000);
  const unmet: readonly Partial<s3.RenameObjectCommandInput>[] = [
    { DestinationIfNoneMatch: '*' },
    { DestinationIfMatch: ETag },
    { DestinationIfUnmodifiedSince: past },
    { SourceIfMatch: '"0123"' },
    { SourceIfNoneMatch: ETag },
    { SourceIfUnmodifiedSince: past },
  ];
  for (const condition of unmet) {
    expect(await refusal(rename('from', 'to', condition))).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    });
  }
  expect(await refusal(rename('from', 'new', { DestinationIfMatch: ETag }))).toMatchObject({
    code: 'PreconditionFailed',
  });
  await rename('from', 'new', { DestinationIfNoneMatch: '*', SourceIfMatch: ETag });
  await rename('new', 'to', { SourceIfModifiedSince: past, DestinationIfModifiedSince: past });
  expect(await read('to')).toBe('1');
  const { KeyCount } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(KeyCount).toBe(1);
});

test('bytes are appended at the end, and nowhere else', async () => {
  const Key = 'log';
  const append = async (Body: string, WriteOffsetBytes: number) =>
    put(Key, Body, { WriteOffsetBytes });
  expect(await append('one\n', 0)).toMatchObject({ Size: 4 });
  expect(await append('two\n', 4)).toMatchObject({ Size: 8 });
  expect(await refusal(append('no', 4))).toMatchObject({ code: 'InvalidWriteOffset', status: 400 });
  expect(await append('x'.repeat(100_000), 8)).toMatchObject({ Size: 100_008 });
  expect((await read(Key))?.slice(0, 9)).toBe('one\ntwo\nx');
  const part = await client.send(new s3.GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(part).toMatchObject({ PartsCount: 3, ContentRange: 'bytes 4-7/100008' });
  expect(await part.Body?.transformToString()).toBe('two\n');
  const { Size } = await put(Key, 'anew');
  expect(Size).toBeUndefined();
  expect(await read(Key)).toBe('anew');
});

test('a bucket that keeps versions takes neither', async () => {
  await put('a', 'x');
  await client.send(
    new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  expect(await refusal(rename('a', 'b'))).toMatchObject({ code: 'NotImplemented', status: 501 });
  expect(await refusal(put('a', 'y', { WriteOffsetBytes: 1 }))).toMatchObject({ status: 501 });
});

test('who may only write may not take what is there under another key', async () => {
  await put('own/secret', 'secret');
  await client.send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
        Resource: [`arn:aws:s3:::${Bucket}/drop/*`],
      },
    ],
  });
  await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  const anybody = async (to: string, source: string): Promise<number> => {
    const url = `${causeway.url}/${Bucket}/${to}?renameObject`;
    const headers = { 'x-amz-rename-source': source };
    const response = await fetch(url, { method: 'PUT', headers });
    await response.text();
    return response.status;
  };
  expect(await anybody('drop/taken', 'own/secret')).toBe(403);
  expect(await read('own/secret')).toBe('secret');
  await put('drop/a', 'x');
  expect(await anybody('drop/b', 'drop/a')).toBe(200);
  expect(await anybody('own/b', 'drop/b')).toBe(403);
});
