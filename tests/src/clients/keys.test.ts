import * as s3 from '@aws-sdk/client-s3';
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

/** Keys are names, not paths: each of these is one key, different from all others. */
const keys = [
  'a',
  'a/',
  'a/b',
  'a//b',
  '/',
  '//',
  '/a',
  '.',
  '..',
  '../x',
  '../../etc/passwd',
  'a/../b',
  'a/./b',
  'a/..',
  'nul\0inside',
  '\0',
  'line\nfeed\rreturn\ttab',
  '\u007f\u0001',
  ' leading and trailing ',
  'plus+and space',
  'percent%2Fencoded',
  '%',
  '%zz',
  'question?mark&and=more#hash',
  'quote"and\'apostrophe',
  '<xml>&amp;</xml>',
  'semi;colon:at@dollar$comma,',
  'back\\slash',
  '*()!~`^{}|[]',
  'ümlaut',
  'u\u0308mlaut',
  '日本語',
  '😀',
  '\uffff',
  'con.txt',
  'CASE',
  'case',
  'k'.repeat(1024),
  'ü'.repeat(512),
];

test('nasty keys are keys like any other, and none is mistaken for another', async () => {
  for (const Key of keys) {
    await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: `this is ${Key}` }));
  }
  for (const Key of keys) {
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe(`this is ${Key}`);
  }
  const { Contents = [] } = await client.send(
    new s3.ListObjectsV2Command({ Bucket, EncodingType: 'url' }),
  );
  const listed = Contents.map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' ')));
  const inByteOrder = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(listed).toEqual(inByteOrder);

  for (const Key of keys) {
    const copy = {
      Bucket,
      Key: 'copy',
      CopySource: `${Bucket}/${encodeURIComponent(Key)}`,
    };
    await client.send(new s3.CopyObjectCommand(copy));
    const got = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'copy' }));
    expect(await got.Body?.transformToString()).toBe(`this is ${Key}`);
  }

  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'a//b' }));
  expect(
    await refusal(client.send(new s3.HeadObjectCommand({ Bucket, Key: 'a//b' }))),
  ).toMatchObject({ code: 'NotFound', status: 404 });
  await client.send(new s3.HeadObjectCommand({ Bucket, Key: 'a/b' }));
});

test('a key of more than 1,024 bytes is refused', async () => {
  for (const Key of ['k'.repeat(1025), `${'ü'.repeat(512)}x`]) {
    expect(
      await refusal(client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x' }))),
    ).toMatchObject({ code: 'KeyTooLongError', status: 400 });
  }
});
