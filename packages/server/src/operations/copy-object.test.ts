import { expect, test } from 'vitest';
import { readAll } from '../store/store-for-tests.ts';
import { openTestServer, type TestInput, type TestRequest } from './context-for-tests.ts';
import { copyObject } from './copy-object.ts';
import { parseCopySource } from './copy-source.ts';
import { putObject } from './put-object.ts';

const etag = '"25f9e794323b453885f5181f1b624d0b"';

async function openWithSource() {
  const server = await openTestServer();
  await putObject.run(
    server.context<'PutObject'>(
      {
        ContentType: 'text/plain',
        Metadata: { a: 'b' },
        StorageClass: 'STANDARD_IA',
        WebsiteRedirectLocation: '/x',
        ChecksumCRC32: 'y/Q5Jg==',
      },
      { key: 'so ürce/1', body: '123456789' },
    ),
  );
  const CopySource = 'bucket/so%20%C3%BCrce/1';
  const copy = (input: TestInput<'CopyObject'>, request: TestRequest = { key: 'target' }) =>
    copyObject.run(server.context<'CopyObject'>({ CopySource, ...input }, request));
  const open = (key: string) => server.store.objects.open(server.bucket, key);
  return { ...server, copy, open };
}

test('a copy has the bytes and the metadata of its source, but not its class and redirect', async () => {
  const { copy, open, clock } = await openWithSource();
  expect(await copy({})).toEqual({
    CopyObjectResult: {
      ETag: etag,
      LastModified: new Date(clock.nowMs),
      ChecksumCRC32: 'y/Q5Jg==',
      ChecksumType: 'FULL_OBJECT',
    },
  });
  const target = await open('target');
  expect(target && (await readAll(await target.read())).toString()).toBe('123456789');
  expect(target?.object).toMatchObject({
    headers: { contentType: 'text/plain' },
    userMetadata: { a: 'b' },
  });
  expect(target?.object.headers.websiteRedirectLocation).toBeUndefined();
  expect(target?.object.storageClass).toBeUndefined();
});

test('REPLACE takes everything from the request', async () => {
  const { copy, open } = await openWithSource();
  await copy({
    MetadataDirective: 'REPLACE',
    ContentType: 'text/html',
    Metadata: { c: 'd' },
    StorageClass: 'ONEZONE_IA',
    ChecksumAlgorithm: 'SHA1',
  });
  expect((await open('target'))?.object).toMatchObject({
    headers: { contentType: 'text/html' },
    userMetadata: { c: 'd' },
    storageClass: 'ONEZONE_IA',
    checksum: { algorithm: 'SHA1', value: '98O8HYCOBHMq32eZZczDTKeuNEE=' },
  });
});

test('a copy onto itself must change something', async () => {
  const { copy, open } = await openWithSource();
  const self = { key: 'so ürce/1' };
  await expect(copy({}, self)).rejects.toMatchObject({ code: 'InvalidRequest' });
  await expect(copy({ Metadata: { x: 'y' } }, self)).rejects.toMatchObject({
    code: 'InvalidRequest',
  });
  await copy({ MetadataDirective: 'REPLACE', Metadata: { x: 'y' } }, self);
  await copy({ StorageClass: 'STANDARD' }, self);
  const object = await open('so ürce/1');
  expect(object?.object.userMetadata).toEqual({ x: 'y' });
  expect(object && (await readAll(await object.read())).toString()).toBe('123456789');
});

const past = new Date(0);
const future = new Date(Date.UTC(2025, 11, 31, 23, 59, 59));

test.each([
  [{ CopySourceIfMatch: etag }, undefined],
  [{ CopySourceIfMatch: '"other"' }, 'x-amz-copy-source-If-Match'],
  [{ CopySourceIfNoneMatch: etag }, 'x-amz-copy-source-If-None-Match'],
  [{ CopySourceIfNoneMatch: '"other"' }, undefined],
  [{ CopySourceIfUnmodifiedSince: past }, 'x-amz-copy-source-If-Unmodified-Since'],
  [{ CopySourceIfMatch: etag, CopySourceIfUnmodifiedSince: past }, undefined],
  [{ CopySourceIfModifiedSince: past }, undefined],
  [{ CopySourceIfModifiedSince: future }, undefined],
  [
    { CopySourceIfModifiedSince: new Date(Date.UTC(2026, 0, 1)) },
    'x-amz-copy-source-If-Modified-Since',
  ],
  [
    { CopySourceIfNoneMatch: etag, CopySourceIfModifiedSince: past },
    'x-amz-copy-source-If-None-Match',
  ],
])('conditions on the source: %j', async (input, condition) => {
  const { copy } = await openWithSource();
  const outcome = await copy(input).then(
    () => undefined,
    (error) => error.fields.Condition,
  );
  expect(outcome).toBe(condition);
});

test('conditions on the target are those of a put', async () => {
  const { copy } = await openWithSource();
  await copy({ IfNoneMatch: '*' });
  await expect(copy({ IfNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await copy({ IfMatch: etag });
});

test.each([
  [{ CopySource: 'bucket/absent' }, 'NoSuchKey'],
  [{ CopySource: 'absent/key' }, 'NoSuchBucket'],
  [{ CopySource: 'bucket' }, 'InvalidArgument'],
  [{ CopySource: 'bucket/%zz' }, 'InvalidArgument'],
  [{ CopySource: 'bucket/so%20%C3%BCrce/1?versionId=x' }, 'InvalidArgument'],
  [{ MetadataDirective: 'MERGE' }, 'InvalidArgument'],
  [{ ChecksumAlgorithm: 'CRC31' }, 'InvalidRequest'],
  [{ CopySourceSSECustomerAlgorithm: 'AES256' }, 'InvalidRequest'],
])('%j is refused with %s', async (input, code) => {
  const { copy } = await openWithSource();
  await expect(copy(input)).rejects.toMatchObject({ code });
});

test('a source in the bucket of somebody else is not readable', async () => {
  const { copy, store } = await openWithSource();
  await store.buckets.create({ name: 'theirs', region: 'us-east-1', owner: 'somebody' });
  await expect(copy({ CopySource: 'theirs/key' })).rejects.toMatchObject({ code: 'AccessDenied' });
});

test.each([
  ['bucket/key', { bucket: 'bucket', key: 'key' }],
  ['/bucket/key', { bucket: 'bucket', key: 'key' }],
  ['bucket//key', { bucket: 'bucket', key: '/key' }],
  ['bucket/a%2520b', { bucket: 'bucket', key: 'a%20b' }],
  ['bucket/a+b', { bucket: 'bucket', key: 'a+b' }],
  ['bucket/a%3FversionId=b', { bucket: 'bucket', key: 'a?versionId=b' }],
  ['bucket/a?versionId=null', { bucket: 'bucket', key: 'a', versionId: 'null' }],
  ['bucket%2Fkey', { bucket: 'bucket', key: 'key' }],
  ['bucket/\u00c3\u00bc', { bucket: 'bucket', key: 'ü' }],
])('the copy source %j', (header, source) => {
  expect(parseCopySource(header)).toEqual(source);
});
