import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readAll } from '../store/store-for-tests.ts';
import { openTestServer, type TestInput, type TestRequest } from './context-for-tests.ts';
import { getObject } from './get-object.ts';
import { headObject } from './head-object.ts';
import { putObject } from './put-object.ts';

const body = '123456789';
const md5 = createHash('md5').update(body).digest('hex');
const etag = `"${md5}"`;
const minute = 60_000;

type Reading = TestInput<'GetObject'> & TestInput<'HeadObject'>;

/** A server with one object, put at a quarter of a second past its clock's minute. */
async function openWithObject() {
  const server = await openTestServer();
  server.clock.nowMs += 250;
  const modifiedMs = server.clock.nowMs;
  await putObject.run(
    server.context<'PutObject'>(
      {
        ContentType: 'text/plain',
        CacheControl: 'max-age=1',
        StorageClass: 'GLACIER_IR',
        Metadata: { a: 'b' },
        ChecksumCRC32: 'y/Q5Jg==',
      },
      { body, headers: { expires: 'soon' } },
    ),
  );
  server.clock.nowMs += minute;
  return {
    ...server,
    modifiedMs,
    get: (input: Reading, request?: TestRequest) =>
      getObject.run(server.context<'GetObject'>(input, request)),
    head: (input: Reading, request?: TestRequest) =>
      headObject.run(server.context<'HeadObject'>(input, request)),
  };
}

test('GET gives the object and all that is known of it; HEAD the same without the bytes', async () => {
  const { get, head, modifiedMs } = await openWithObject();
  const { Body, ...described } = await get({});
  expect(Body && (await readAll(Body)).toString()).toBe(body);
  expect(described).toEqual({
    AcceptRanges: 'bytes',
    LastModified: new Date(modifiedMs),
    ETag: etag,
    ContentType: 'text/plain',
    CacheControl: 'max-age=1',
    ExpiresString: 'soon',
    StorageClass: 'GLACIER_IR',
    Metadata: { a: 'b' },
    ContentLength: 9,
  });
  expect(await head({})).toEqual(described);
});

test('a checksum is told on request, for the whole object only', async () => {
  const { get, head } = await openWithObject();
  const whole = { ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' };
  for (const read of [get, head]) {
    expect(await read({ ChecksumMode: 'ENABLED' })).toMatchObject(whole);
    expect(await read({ ChecksumMode: 'ENABLED', Range: 'bytes=-15' })).toMatchObject(whole);
    expect(await read({ ChecksumMode: 'ENABLED', PartNumber: 1 })).toMatchObject(whole);
    const part = await read({ ChecksumMode: 'ENABLED', Range: 'bytes=0-7' });
    expect(part.ChecksumCRC32).toBeUndefined();
    expect((await read({})).ChecksumCRC32).toBeUndefined();
  }
});

test('a range is answered with its bytes and Content-Range', async () => {
  const { get, head } = await openWithObject();
  const found = await get({ Range: 'bytes=2-4' });
  expect(found).toMatchObject({ ContentRange: 'bytes 2-4/9', ContentLength: 3 });
  expect(found.Body && (await readAll(found.Body)).toString()).toBe('345');
  expect(await head({ Range: 'bytes=-2' })).toMatchObject({
    ContentRange: 'bytes 7-8/9',
    ContentLength: 2,
  });
  expect((await get({ Range: 'bytes=4-2' })).ContentRange).toBeUndefined();
  await expect(get({ Range: 'bytes=9-' })).rejects.toMatchObject({ code: 'InvalidRange' });
});

test('an object without parts has part 1', async () => {
  const { get } = await openWithObject();
  expect(await get({ PartNumber: 1 })).toMatchObject({
    ContentRange: 'bytes 0-8/9',
    PartsCount: 1,
  });
  await expect(get({ PartNumber: 2 })).rejects.toMatchObject({
    code: 'InvalidPartNumber',
    fields: { ActualPartCount: 1, PartNumberRequested: 2 },
  });
  await expect(get({ PartNumber: 1, Range: 'bytes=0-1' })).rejects.toMatchObject({
    code: 'InvalidRequest',
  });
  await expect(get({ PartNumber: 0 })).rejects.toMatchObject({ code: 'InvalidArgument' });
});

// Times in milliseconds from the object's own, whose fraction of a second does not count.
test.each<readonly [conditions: Record<string, string | number>, expected: string]>([
  [{ IfMatch: etag }, 'ok'],
  [{ IfMatch: md5 }, 'ok'],
  [{ IfMatch: '*' }, 'ok'],
  [{ IfMatch: `"other", ${etag}` }, 'ok'],
  [{ IfMatch: '"other"' }, 'PreconditionFailed If-Match'],
  [{ IfUnmodifiedSince: -1000 }, 'PreconditionFailed If-Unmodified-Since'],
  [{ IfUnmodifiedSince: -250 }, 'ok'],
  [{ IfUnmodifiedSince: 1000 }, 'ok'],
  [{ IfMatch: etag, IfUnmodifiedSince: -1000 }, 'ok'],
  [{ IfMatch: '"other"', IfUnmodifiedSince: 1000 }, 'PreconditionFailed If-Match'],
  [{ IfNoneMatch: etag }, 'NotModified'],
  [{ IfNoneMatch: md5 }, 'NotModified'],
  [{ IfNoneMatch: `W/${etag}` }, 'NotModified'],
  [{ IfNoneMatch: '*' }, 'NotModified'],
  [{ IfNoneMatch: '"other"' }, 'ok'],
  [{ IfModifiedSince: -1000 }, 'ok'],
  [{ IfModifiedSince: -250 }, 'NotModified'],
  [{ IfModifiedSince: 1000 }, 'NotModified'],
  [{ IfModifiedSince: 10 * minute }, 'ok'],
  [{ IfNoneMatch: etag, IfModifiedSince: -1000 }, 'NotModified'],
  [{ IfNoneMatch: '"other"', IfModifiedSince: 1000 }, 'ok'],
])('conditions %j: %s', async (conditions, expected) => {
  const { get, head, modifiedMs } = await openWithObject();
  const input = Object.fromEntries(
    Object.entries(conditions).map(([name, value]) => [
      name,
      typeof value === 'number' ? new Date(modifiedMs + value) : value,
    ]),
  );
  for (const read of [get, head]) {
    const outcome = await read(input).then(
      () => 'ok',
      (error) => [error.code, error.fields.Condition].filter(Boolean).join(' '),
    );
    expect(outcome).toBe(expected);
  }
});

test('304 renews what a cache keeps', async () => {
  const { get, modifiedMs } = await openWithObject();
  await expect(get({ IfNoneMatch: etag })).rejects.toMatchObject({
    status: 304,
    headers: {
      ETag: etag,
      'Last-Modified': new Date(modifiedMs).toUTCString(),
      'Cache-Control': 'max-age=1',
      Expires: 'soon',
    },
  });
});

test('a signed request may replace the headers of the answer, an anonymous one may not', async () => {
  const { get } = await openWithObject();
  const wishes = {
    ResponseContentType: 'text/html',
    ResponseCacheControl: 'no-store',
    ResponseContentDisposition: 'inline',
    ResponseContentEncoding: 'br',
    ResponseContentLanguage: 'fr',
    ResponseExpires: new Date(0),
  };
  expect(await get(wishes)).toMatchObject({
    ContentType: 'text/html',
    CacheControl: 'no-store',
    ContentDisposition: 'inline',
    ContentEncoding: 'br',
    ContentLanguage: 'fr',
    ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT',
  });
  await expect(get(wishes, { identity: { kind: 'anonymous' } })).rejects.toMatchObject({
    code: 'InvalidRequest',
  });
});

test('what is not there, or not there in this version, is not found', async () => {
  const { get } = await openWithObject();
  await expect(get({}, { key: 'other' })).rejects.toMatchObject({
    code: 'NoSuchKey',
    fields: { Key: 'other' },
  });
  await expect(get({ VersionId: 'x' })).rejects.toMatchObject({ code: 'InvalidArgument' });
  expect(await get({ VersionId: 'null' })).toMatchObject({ ETag: etag });
});
