import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { readAll } from '../store/store-for-tests.ts';
import { openTestServer, type TestInput, type TestRequest } from './context-for-tests.ts';
import { putObject } from './put-object.ts';

const body = '123456789';
const etag = `"${createHash('md5').update(body).digest('hex')}"`;

async function put(input: TestInput<'PutObject'>, request: TestRequest = {}) {
  const server = await openTestServer();
  const output = await putObject.run(server.context<'PutObject'>(input, { body, ...request }));
  const open = await server.store.objects.open(server.bucket, request.key ?? 'key');
  return { output, object: open?.object, bytes: open && (await readAll(await open.read())) };
}

test('an object is stored with what AWS keeps, and its answer has an ETag', async () => {
  const { output, object, bytes } = await put(
    {
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      ContentDisposition: 'attachment',
      ContentEncoding: 'aws-chunked, gzip',
      ContentLanguage: 'de',
      WebsiteRedirectLocation: '/there',
      StorageClass: 'STANDARD_IA',
      Metadata: { colour: 'blü' },
    },
    { headers: { expires: 'whenever' } },
  );
  expect(bytes?.toString()).toBe(body);
  expect(output).toEqual({ ETag: etag });
  expect(object).toMatchObject({
    key: 'key',
    sizeBytes: 9,
    owner: 'owner',
    headers: {
      contentType: 'text/plain',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      expires: 'whenever',
      websiteRedirectLocation: '/there',
    },
    storageClass: 'STANDARD_IA',
    userMetadata: { colour: 'blü' },
  });
});

test('what a client does not say has AWS defaults', async () => {
  const { object } = await put({ ContentEncoding: 'aws-chunked', StorageClass: 'STANDARD' });
  expect(object?.headers).toEqual({ contentType: 'binary/octet-stream' });
  expect(object?.storageClass).toBeUndefined();
});

test.each([
  ['CRC32', 'y/Q5Jg=='],
  ['CRC32C', '4waSgw=='],
  ['CRC64NVME', 'rosUhgp5mIg='],
  ['SHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
  ['SHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSyJ+U='],
] as const)(
  'a %s checksum is verified and answered, from a header and a trailer',
  async (name, right) => {
    const value = name === 'SHA256' ? sha256 : right;
    const header = `x-amz-checksum-${name.toLowerCase()}`;
    const expected = { ETag: etag, [`Checksum${name}`]: value, ChecksumType: 'FULL_OBJECT' };
    const byHeader = await put({ [`Checksum${name}`]: value, ChecksumAlgorithm: name });
    expect(byHeader.output).toEqual(expected);
    const byTrailer = await put(
      { ChecksumAlgorithm: name },
      { headers: { 'x-amz-trailer': header }, trailers: { [header]: value } },
    );
    expect(byTrailer.output).toEqual(expected);
    const wrong = `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`;
    await expect(put({ [`Checksum${name}`]: wrong })).rejects.toMatchObject({
      code: 'BadDigest',
      message: `The ${name} you specified did not match the calculated checksum.`,
    });
  },
);

const sha256 = createHash('sha256').update(body).digest('base64');

test.each([
  [{ ChecksumCRC32: 'y/Q5Jg==', ChecksumSHA256: sha256 }, 'InvalidRequest', 'Expecting a single'],
  [
    { ChecksumCRC32: 'y/Q5J' },
    'InvalidRequest',
    'Value for x-amz-checksum-crc32 header is invalid.',
  ],
  [{ ChecksumCRC32: 'y_Q5Jg==' }, 'InvalidRequest', 'Value for x-amz-checksum-crc32'],
  [{ ChecksumAlgorithm: 'CRC32' }, 'InvalidRequest', 'no corresponding'],
  [
    { ChecksumAlgorithm: 'CRC31' },
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm header is invalid',
  ],
  [
    { ChecksumAlgorithm: 'SHA1', ChecksumCRC32: 'y/Q5Jg==' },
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm header is invalid',
  ],
  [{ ContentMD5: 'nope' }, 'InvalidDigest', ''],
  [{ ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest', ''],
  [{ IfNoneMatch: '"x"' }, 'NotImplemented', ''],
  [{ IfMatch: '*' }, 'NotImplemented', ''],
  [{ IfMatch: '"x"', IfNoneMatch: '*' }, 'NotImplemented', ''],
  [{ IfMatch: '"x"' }, 'NoSuchKey', ''],
  [{ StorageClass: 'TAPE' }, 'InvalidStorageClass', ''],
  [{ WebsiteRedirectLocation: 'there' }, 'InvalidRedirectLocation', ''],
  [{ Metadata: { a: 'x'.repeat(limits.userMetadataBytesMax) } }, 'MetadataTooLarge', ''],
  [{ ServerSideEncryption: 'aws:kms' }, 'NotImplemented', ''],
  [{ SSECustomerAlgorithm: 'AES256' }, 'NotImplemented', ''],
  [{ ObjectLockMode: 'COMPLIANCE' }, 'NotImplemented', ''],
  [{ ChecksumXXHASH64: 'AAAAAAAAAAA=' }, 'NotImplemented', ''],
])('%j is refused with %s', async (input, code, message) => {
  await expect(put(input)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

test('harmless wishes are ignored', async () => {
  for (const ACL of ['private', 'bucket-owner-full-control']) {
    const { output } = await put({ ACL, RequestPayer: 'requester', ContentLength: 9 });
    expect(output.ETag).toBe(etag);
  }
});

test('a checksum that was announced must come', async () => {
  const headers = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
  await expect(put({}, { headers })).rejects.toMatchObject({ code: 'MalformedTrailerError' });
});

test('an unserved header is named in the error', async () => {
  await expect(put({ ServerSideEncryption: 'AES256' })).rejects.toMatchObject({
    status: 501,
    fields: { Header: 'x-amz-server-side-encryption' },
  });
});

test('a body needs a length, and at most 5 GiB of it', async () => {
  await expect(put({}, { sizeBytes: undefined })).rejects.toMatchObject({
    code: 'MissingContentLength',
  });
  await expect(put({}, { sizeBytes: 5 * 1024 ** 3 + 1 })).rejects.toMatchObject({
    code: 'EntityTooLarge',
    fields: { ProposedSize: 5 * 1024 ** 3 + 1, MaxSizeAllowed: 5 * 1024 ** 3 },
  });
  await expect(put({}, { sizeBytes: 10 })).rejects.toMatchObject({ code: 'IncompleteBody' });
});
