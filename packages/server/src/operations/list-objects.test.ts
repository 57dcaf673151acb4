import { expect, test } from 'vitest';
import { S3Error } from '../protocol/errors.ts';
import { putRequest } from '../store/store-for-tests.ts';
import { openTestServer, type TestInput } from './context-for-tests.ts';
import { listObjects } from './list-objects.ts';
import { listObjectsV2 } from './list-objects-v2.ts';

async function openListing(keys: readonly string[]) {
  const server = await openTestServer();
  const { store, bucket, context } = server;
  for (const key of keys) await store.objects.put(bucket, putRequest(key, 'body'));
  return {
    ...server,
    v1: (input: TestInput<'ListObjects'> = {}) =>
      listObjects.run(context<'ListObjects'>(input, { key: '' })),
    v2: (input: TestInput<'ListObjectsV2'> = {}) =>
      listObjectsV2.run(context<'ListObjectsV2'>(input, { key: '' })),
  };
}

const keysOf = (output: {
  readonly Contents?: { readonly Key?: string | undefined }[] | undefined;
}) => output.Contents?.map(({ Key }) => Key);

test('a listing says of each object what AWS says, in both versions', async () => {
  const { v1, v2, store, bucket, clock } = await openListing([]);
  clock.nowMs += 678;
  const { etag } = await store.objects.put(
    bucket,
    putRequest('key', 'body', {
      integrity: { algorithm: 'CRC32' },
      attributes: { headers: {}, userMetadata: {}, storageClass: 'GLACIER_IR' },
    }),
  );
  await store.objects.put(bucket, putRequest('plain', 'body'));
  const item = {
    Key: 'key',
    LastModified: new Date(Date.UTC(2026, 0, 1)),
    ETag: `"${etag}"`,
    Size: 4,
    StorageClass: 'GLACIER_IR',
    ChecksumAlgorithm: ['CRC32'],
    ChecksumType: 'FULL_OBJECT',
  };
  const second = { Key: 'plain', StorageClass: 'STANDARD' };
  const Owner = { ID: 'owner' };
  expect(await v1()).toEqual({
    Name: 'bucket',
    Prefix: '',
    Marker: '',
    MaxKeys: 1000,
    IsTruncated: false,
    Contents: [{ ...item, Owner }, expect.objectContaining({ ...second, Owner })],
  });
  expect(await v2()).toEqual({
    Name: 'bucket',
    Prefix: '',
    KeyCount: 2,
    MaxKeys: 1000,
    IsTruncated: false,
    Contents: [item, expect.objectContaining(second)],
  });
  expect((await v2({ FetchOwner: true })).Contents?.[0]).toEqual({ ...item, Owner });
  expect((await v2({ FetchOwner: false })).Contents?.[0]).toEqual(item);
});

test('version 1: NextMarker only when truncated and a delimiter was given', async () => {
  const { v1 } = await openListing(['a', 'b/1', 'b/2', 'c']);
  expect(await v1({ MaxKeys: 2 })).toMatchObject({ IsTruncated: true });
  expect((await v1({ MaxKeys: 2 })).NextMarker).toBeUndefined();
  const page = await v1({ MaxKeys: 2, Delimiter: '/' });
  expect(page).toMatchObject({
    NextMarker: 'b/',
    Delimiter: '/',
    CommonPrefixes: [{ Prefix: 'b/' }],
  });
  const rest = await v1({ MaxKeys: 2, Delimiter: '/', Marker: 'b/' });
  expect(rest).toMatchObject({ IsTruncated: false, Marker: 'b/' });
  expect(keysOf(rest)).toEqual(['c']);
  expect(rest.NextMarker).toBeUndefined();
  expect(keysOf(await v1({ Delimiter: '/', Marker: 'b/1' }))).toEqual(['c']);
});

test('version 2: keys and common prefixes count, and tokens lead through all pages', async () => {
  const { v2 } = await openListing(['a', 'b/1', 'b/2', 'c', 'd/1']);
  const seen: unknown[] = [];
  let token: string | undefined;
  do {
    const page = await v2({ MaxKeys: 2, Delimiter: '/', ContinuationToken: token });
    expect(page.KeyCount).toBe((page.Contents?.length ?? 0) + (page.CommonPrefixes?.length ?? 0));
    expect(page.ContinuationToken).toBe(token);
    seen.push(...(keysOf(page) ?? []), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    token = page.NextContinuationToken;
    expect(token !== undefined).toBe(page.IsTruncated);
  } while (token !== undefined);
  expect(seen).toEqual(['a', 'b/', 'c', 'd/']);
});

test('version 2: start-after begins behind a key, and a token outranks it', async () => {
  const { v2 } = await openListing(['a', 'b', 'c']);
  const page = await v2({ StartAfter: 'a', MaxKeys: 1 });
  expect(page).toMatchObject({ StartAfter: 'a', NextContinuationToken: expect.any(String) });
  expect(keysOf(page)).toEqual(['b']);
  const rest = await v2({ StartAfter: 'z', ContinuationToken: page.NextContinuationToken });
  expect(keysOf(rest)).toEqual(['c']);
  expect(rest.StartAfter).toBeUndefined();
});

test('version 2: a token that no listing of this bucket gave is refused', async () => {
  const { v2, store, context } = await openListing(['a', 'b']);
  const { NextContinuationToken: token } = await v2({ MaxKeys: 1 });
  const { bucket: other } = await store.buckets.create({ name: 'other', region: '', owner: 'o' });
  const elsewhere = { ...context<'ListObjectsV2'>({ ContinuationToken: token }), bucket: other };
  const refused = {
    code: 'InvalidArgument',
    message: 'The continuation token provided is incorrect',
    fields: { ArgumentName: 'continuation-token' },
  };
  await expect(v2({ ContinuationToken: '' })).rejects.toMatchObject(refused);
  await expect(v2({ ContinuationToken: 'b' })).rejects.toMatchObject(refused);
  await expect(listObjectsV2.run(elsewhere)).rejects.toMatchObject(refused);
});

test('encoding-type url encodes keys, prefixes, delimiters and markers, but no slash', async () => {
  const { v1, v2 } = await openListing(['p +/a b', 'p +/ü\u0001', 'p +/x%y/z', "p +/~!'()*"]);
  const asked = { EncodingType: 'url', Prefix: 'p +/', Delimiter: '%' };
  const encoded = {
    EncodingType: 'url',
    Prefix: 'p%20%2B/',
    Delimiter: '%25',
    CommonPrefixes: [{ Prefix: 'p%20%2B/x%25' }],
  };
  const one = await v1({ ...asked, Marker: 'p +/a', MaxKeys: 2 });
  expect(one).toMatchObject({ ...encoded, Marker: 'p%20%2B/a', NextMarker: 'p%20%2B/x%25' });
  expect(keysOf(one)).toEqual(['p%20%2B/a%20b']);
  const two = await v2({ ...asked, StartAfter: 'p +/a' });
  expect(two).toMatchObject({ ...encoded, StartAfter: 'p%20%2B/a' });
  expect((keysOf(two) ?? []).map((key) => decodeURIComponent(key ?? ''))).toEqual([
    'p +/a b',
    "p +/~!'()*",
    'p +/ü\u0001',
  ]);
  for (const EncodingType of ['URL', 'base64', '']) {
    const refused = {
      code: 'InvalidArgument',
      message: 'Invalid Encoding Method specified in Request',
      fields: { ArgumentName: 'encoding-type', ArgumentValue: EncodingType },
    };
    await expect(v1({ EncodingType })).rejects.toMatchObject(refused);
    await expect(v2({ EncodingType })).rejects.toMatchObject(refused);
  }
});

test('max-keys: 0 lists nothing, more than 1000 is answered as asked, less than 0 is refused', async () => {
  const { v1, v2 } = await openListing(['a', 'b']);
  for (const list of [v1, v2]) {
    const none = await list({ MaxKeys: 0 });
    expect(none).toMatchObject({ MaxKeys: 0, IsTruncated: false });
    expect(none.Contents).toBeUndefined();
    expect(await list({ MaxKeys: 5000 })).toMatchObject({ MaxKeys: 5000, IsTruncated: false });
    const refused = list({ MaxKeys: -1 });
    await expect(refused).rejects.toBeInstanceOf(S3Error);
    await expect(refused).rejects.toMatchObject({
      code: 'InvalidArgument',
      fields: { ArgumentName: 'maxKeys', ArgumentValue: -1 },
    });
  }
  expect(await v2({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0 });
});

test('no more than 1000 entries are listed at once, whatever is asked', async () => {
  const { v2 } = await openListing(Array.from({ length: 1001 }, (_, i) => `key-${i}`));
  const page = await v2({ MaxKeys: 2_000_000_000 });
  expect(page).toMatchObject({ KeyCount: 1000, IsTruncated: true, MaxKeys: 2_000_000_000 });
});
