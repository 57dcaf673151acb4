import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { openTestStore, putRequest, readAll, streamOf } from './store-for-tests.ts';

const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex');
const sizes = [0, 1, limits.inlineBytesMax, limits.inlineBytesMax + 1, 300_000];

test.each(sizes)('an object of %i bytes comes back as it was put', async (size) => {
  const { objects, bucket, clock } = await openTestStore();
  const bytes = randomBytes(size);
  const attributes = {
    headers: { contentType: 'text/plain', expires: 'never', websiteRedirectLocation: '/é' },
    userMetadata: { colour: 'bl\u00fc' },
    storageClass: 'STANDARD_IA',
  };
  const put = await objects.put(
    bucket,
    putRequest('a/ü', bytes, { attributes, integrity: { algorithm: 'CRC32' } }),
  );
  const open = await objects.open(bucket, 'a/ü');
  expect(open?.object).toEqual(put);
  expect(put).toMatchObject({
    ...attributes,
    key: 'a/ü',
    sizeBytes: size,
    etag: md5(bytes),
    modifiedMs: clock.nowMs,
    owner: 'owner',
    checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT' },
  });
  for (const want of [{}, { bytes: false }]) {
    const again = await objects.open(bucket, 'a/ü', want);
    expect(again && (await readAll(await again.read())).equals(bytes)).toBe(true);
    const range = { start: Math.floor(size / 3), end: Math.ceil(size / 2) };
    expect(again && (await readAll(await again.read(range)))).toEqual(
      bytes.subarray(range.start, range.end),
    );
    expect(await again?.part(1)).toMatchObject({ start: 0, end: size });
    expect(await again?.part(2)).toBeUndefined();
  }
});

test('a body shorter or longer than announced is refused and nothing is visible', async () => {
  const { objects, bucket } = await openTestStore();
  for (const size of sizes) {
    for (const wrong of [size + 1, size - 1]) {
      if (wrong < 0) continue;
      const request = putRequest('a', randomBytes(size), { sizeBytes: wrong });
      await expect(objects.put(bucket, request)).rejects.toMatchObject({ code: 'IncompleteBody' });
    }
  }
  expect(await objects.open(bucket, 'a')).toBeUndefined();
});

test.each(sizes)('bytes that are not what the client said are refused: %i', async (size) => {
  const { objects, bucket } = await openTestStore();
  const bytes = randomBytes(size);
  const other = createHash('md5').update('other').digest('base64');
  await expect(
    objects.put(bucket, putRequest('a', bytes, { integrity: { md5: other } })),
  ).rejects.toMatchObject({
    code: 'BadDigest',
    fields: {
      ExpectedDigest: other,
      CalculatedDigest: createHash('md5').update(bytes).digest('base64'),
    },
  });
  for (const value of ['AAAAAQ==', 'AAAA']) {
    await expect(
      objects.put(
        bucket,
        putRequest('a', bytes, { integrity: { algorithm: 'CRC32', value: () => value } }),
      ),
    ).rejects.toMatchObject({ code: value === 'AAAA' ? 'InvalidRequest' : 'BadDigest' });
  }
  await expect(
    objects.put(bucket, putRequest('a', bytes, { integrity: { md5: 'AAAA' } })),
  ).rejects.toMatchObject({ code: 'InvalidDigest' });
  expect(await objects.open(bucket, 'a')).toBeUndefined();
});

test('a checksum may come after the body, and is stored', async () => {
  const { objects, bucket } = await openTestStore();
  let value: string | undefined;
  async function* body() {
    yield* streamOf(Buffer.from('1234'), Buffer.from('56789'));
    value = 'y/Q5Jg==';
  }
  const request = putRequest('a', '123456789', { body: body() });
  const put = await objects.put(bucket, {
    ...request,
    integrity: { algorithm: 'CRC32', value: () => value },
  });
  expect(put.checksum).toEqual({ algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'y/Q5Jg==' });
});

test('conditions of a write are those of AWS', async () => {
  const { objects, bucket } = await openTestStore();
  const absent = { condition: { absent: true } };
  await expect(
    objects.put(bucket, putRequest('a', '0', { condition: { etag: md5('0') } })),
  ).rejects.toMatchObject({ code: 'NoSuchKey' });
  await objects.put(bucket, putRequest('a', '1', absent));
  await expect(objects.put(bucket, putRequest('a', '2', absent))).rejects.toMatchObject({
    code: 'PreconditionFailed',
    fields: { Condition: 'If-None-Match' },
  });
  await expect(
    objects.put(bucket, putRequest('a', '2', { condition: { etag: md5('2') } })),
  ).rejects.toMatchObject({ code: 'PreconditionFailed', fields: { Condition: 'If-Match' } });
  await objects.put(bucket, putRequest('a', '3', { condition: { etag: md5('1') } }));
  await expect(
    objects.remove(bucket, 'a', { condition: { etag: md5('1') } }),
  ).rejects.toMatchObject({
    code: 'PreconditionFailed',
  });
  const last = { condition: { etag: md5('3') } };
  expect(await objects.remove(bucket, 'a', last)).toMatchObject({ version: { id: 'null' } });
  expect(await objects.remove(bucket, 'a', last)).toEqual({ marker: false });
});

test('of many writers that want to be the first, one is', async () => {
  const { objects, bucket } = await openTestStore();
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) =>
      objects.put(bucket, putRequest('a', `${i}`, { condition: { absent: true } })),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a bucket that went away takes no object, and its successor does not inherit any', async () => {
  const { buckets, objects, bucket } = await openTestStore();
  async function* body() {
    expect(await buckets.remove(bucket)).toBe('removed');
    yield Buffer.from('x');
  }
  await expect(objects.put(bucket, putRequest('a', 'x', { body: body() }))).rejects.toMatchObject({
    code: 'NoSuchBucket',
    fields: { BucketName: 'bucket' },
  });
  const next = await buckets.create({ name: 'bucket', region: 'r', owner: 'owner' });
  expect(next.created).toBe(true);
  await expect(objects.put(bucket, putRequest('a', 'x'))).rejects.toMatchObject({
    code: 'NoSuchBucket',
  });
});

test('keys are bytes, up to 1,024 of them, and never paths', async () => {
  const { objects, bucket } = await openTestStore();
  const keys = [
    'a',
    'a/',
    'a/b',
    '//',
    '..',
    '../..',
    '\0',
    '\u0001\uffff',
    '😀',
    'x'.repeat(1024),
  ];
  for (const key of keys) await objects.put(bucket, putRequest(key, key));
  for (const key of keys) {
    const open = await objects.open(bucket, key);
    expect(open && (await readAll(await open.read())).toString()).toBe(key);
  }
  const tooLong = 'é'.repeat(513);
  for (const attempt of [
    objects.put(bucket, putRequest(tooLong, 'x')),
    objects.open(bucket, tooLong),
    objects.remove(bucket, tooLong),
  ]) {
    await expect(attempt).rejects.toMatchObject({
      code: 'KeyTooLongError',
      fields: { Size: 1026 },
    });
  }
});

test.each(sizes)('a copy of %i bytes stands on its own', async (size) => {
  const { objects, bucket } = await openTestStore();
  const bytes = randomBytes(size);
  await objects.put(bucket, putRequest('a', bytes));
  const source = await objects.open(bucket, 'a');
  if (!source) throw new Error('lost');
  const { key: _, body: __, sizeBytes: ___, ...rest } = putRequest('b', '');
  await objects.copy(source, { ...rest, bucket, key: 'b', integrity: { algorithm: 'SHA256' } });
  await objects.remove(bucket, 'a');
  const copy = await objects.open(bucket, 'b');
  expect(copy?.object).toMatchObject({ etag: md5(bytes), sizeBytes: size });
  expect(copy && (await readAll(await copy.read())).equals(bytes)).toBe(true);
});
