import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { putRequest, readAll } from '../store/store-for-tests.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { openTestServer, type TestInput, type TestRequest } from './context-for-tests.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listParts } from './list-parts.ts';
import { copyRange, uploadPartCopy } from './upload-part-copy.ts';
import { uploadPart } from './upload-part.ts';

async function openServer() {
  const server = await openTestServer();
  const { context, store, bucket } = server;
  return {
    ...server,
    create: (input: TestInput<'CreateMultipartUpload'> = {}, request: TestRequest = {}) =>
      createMultipartUpload.run(context<'CreateMultipartUpload'>(input, request)),
    upload: (input: TestInput<'UploadPart'>, request: TestRequest = {}) =>
      uploadPart.run(context<'UploadPart'>(input, request)),
    copy: (input: TestInput<'UploadPartCopy'>) =>
      uploadPartCopy.run(context<'UploadPartCopy'>(input)),
    complete: (input: TestInput<'CompleteMultipartUpload'>, request: TestRequest = {}) =>
      completeMultipartUpload.run(context<'CompleteMultipartUpload'>(input, request)),
    read: async (key = 'key') => {
      const open = await store.objects.open(bucket, key);
      return readAll((await open?.read()) ?? Buffer.of());
    },
  };
}

const md5 = (bytes: string | Buffer) => createHash('md5').update(bytes).digest();

test('an upload from its creation to its object', async () => {
  const { create, upload, complete, read, store, bucket } = await openServer();
  const created = await create({ ContentType: 'text/plain', Metadata: { a: 'b' } });
  expect(created).toEqual({ Bucket: 'bucket', Key: 'key', UploadId: expect.any(String) });
  const { UploadId } = created;
  const large = Buffer.alloc(limits.partBytesMin, 'x');
  const one = await upload({ UploadId, PartNumber: 1 }, { body: large });
  const two = await upload({ UploadId, PartNumber: 2 }, { body: 'end' });
  expect(two).toEqual({
    ETag: `"${md5('end').toString('hex')}"`,
    ChecksumCRC64NVME: expect.any(String),
  });
  const Parts = [
    { PartNumber: 1, ETag: one.ETag },
    // Some clients send the ETag without its quotes.
    { PartNumber: 2, ETag: two.ETag?.replaceAll('"', '') },
  ];
  const headers = { host: 'files.example:9000' };
  const output = await complete({ UploadId, MultipartUpload: { Parts } }, { headers });
  expect(output).toEqual({
    Location: 'http://files.example:9000/',
    Bucket: 'bucket',
    Key: 'key',
    ETag: `"${md5(Buffer.concat([md5(large), md5('end')])).toString('hex')}-2"`,
    ChecksumCRC64NVME: expect.any(String),
    ChecksumType: 'FULL_OBJECT',
  });
  expect((await read()).equals(Buffer.concat([large, Buffer.from('end')]))).toBe(true);
  const open = await store.objects.open(bucket, 'key');
  expect(open?.object).toMatchObject({
    headers: { contentType: 'text/plain' },
    userMetadata: { a: 'b' },
    partsCount: 2,
  });
});

test('Location is the URL that was used, in ASCII and with the scheme before the proxy', async () => {
  const { create, upload, context } = await openServer();
  const { UploadId } = await create();
  const { ETag } = await upload({ UploadId, PartNumber: 1 }, { body: 'x' });
  const made = context<'CompleteMultipartUpload'>({
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  const { Location } = await completeMultipartUpload.run({
    ...made,
    request: {
      ...made.request,
      path: '/a%2Fb/\u00c3\u00bc',
      headers: { host: 'bucket.example', 'x-forwarded-proto': 'https' },
    },
  });
  expect(Location).toBe('https://bucket.example/a%2Fb/%C3%BC');
});

test.each([
  [{}, undefined, undefined],
  [{ ChecksumAlgorithm: 'CRC32' }, 'CRC32', 'COMPOSITE'],
  [{ ChecksumAlgorithm: 'crc32c' }, 'CRC32C', 'COMPOSITE'],
  [{ ChecksumAlgorithm: 'SHA256' }, 'SHA256', 'COMPOSITE'],
  [{ ChecksumAlgorithm: 'CRC64NVME' }, 'CRC64NVME', 'FULL_OBJECT'],
  [{ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }, 'CRC32', 'FULL_OBJECT'],
  [{ ChecksumAlgorithm: 'SHA1', ChecksumType: 'COMPOSITE' }, 'SHA1', 'COMPOSITE'],
])('checksum of an upload: %j is %s %s', async (input, ChecksumAlgorithm, ChecksumType) => {
  const { create } = await openServer();
  const output = await create(input);
  expect(output.ChecksumAlgorithm).toBe(ChecksumAlgorithm);
  expect(output.ChecksumType).toBe(ChecksumType);
});

test.each([
  [{ ChecksumType: 'COMPOSITE' }, 'can only be used with the x-amz-checksum-algorithm header'],
  [{ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }, 'COMPOSITE checksum type cannot'],
  [{ ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' }, 'with the sha1 checksum algorithm'],
  [{ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }, 'FULL_OBJECT checksum type'],
  [{ ChecksumAlgorithm: 'MD4' }, 'x-amz-checksum-algorithm'],
  [{ ChecksumAlgorithm: 'CRC32', ChecksumType: 'HALF' }, 'x-amz-checksum-type'],
])('checksum of an upload: %j is refused', async (input, message) => {
  const { create } = await openServer();
  await expect(create(input)).rejects.toMatchObject({
    code: 'InvalidRequest',
    message: expect.stringContaining(message),
  });
});

test('protection that is not served is refused by name', async () => {
  const { create, upload, complete } = await openServer();
  const Header = 'x-amz-server-side-encryption-customer-algorithm';
  const refused = { code: 'NotImplemented', fields: { Header } };
  await expect(create({ SSECustomerAlgorithm: 'AES256' })).rejects.toMatchObject(refused);
  await expect(create({ ServerSideEncryption: 'AES256' })).rejects.toMatchObject({
    fields: { Header: 'x-amz-server-side-encryption' },
  });
  const { UploadId } = await create();
  const input = { UploadId, SSECustomerAlgorithm: 'AES256' };
  await expect(upload({ ...input, PartNumber: 1 })).rejects.toMatchObject(refused);
  await expect(complete(input)).rejects.toMatchObject(refused);
});

test('a part of a composite upload must bring its checksum, of a full-object one it need not', async () => {
  const { create, upload } = await openServer();
  const whole = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
  const part = { UploadId: whole.UploadId, PartNumber: 1 };
  expect(await upload(part, { body: '123456789' })).toMatchObject({ ChecksumCRC32: 'y/Q5Jg==' });

  const { UploadId } = await create({ ChecksumAlgorithm: 'CRC32' });
  const input = { UploadId, PartNumber: 1 };
  await expect(upload(input, { body: '123456789' })).rejects.toMatchObject({
    code: 'InvalidRequest',
    message:
      'Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: null',
  });
  await expect(upload({ ...input, ChecksumSHA1: '98O8HYCOBHMqMBdAmzH3pV4KzNs=' })).rejects.toThrow(
    'actual checksum Type: sha1',
  );
  const right = { ...input, ChecksumCRC32: 'y/Q5Jg==' };
  expect(await upload(right, { body: '123456789' })).toMatchObject({ ChecksumCRC32: 'y/Q5Jg==' });
  await expect(upload(right, { body: '12345678!' })).rejects.toMatchObject({ code: 'BadDigest' });
});

test('a part without a length, or a longer one than any may be, is refused unread', async () => {
  const { create, upload } = await openServer();
  const { UploadId } = await create();
  const input = { UploadId, PartNumber: 1 };
  await expect(upload(input, { sizeBytes: undefined })).rejects.toMatchObject({
    code: 'MissingContentLength',
  });
  const ProposedSize = limits.partBytesMax + 1;
  await expect(upload(input, { sizeBytes: ProposedSize })).rejects.toMatchObject({
    code: 'EntityTooLarge',
    fields: { ProposedSize, MaxSizeAllowed: limits.partBytesMax },
  });
});

test('a part is copied from an object, or from a range of it', async () => {
  const { create, copy, complete, read, store, bucket } = await openServer();
  await store.objects.put(bucket, putRequest('source ü', 'some bytes'));
  const { UploadId } = await create({ ChecksumAlgorithm: 'CRC32' });
  const input = { UploadId, PartNumber: 1, CopySource: '/bucket/source%20%C3%BC' };
  const whole = await copy(input);
  expect(whole.CopyPartResult).toEqual({
    ETag: `"${md5('some bytes').toString('hex')}"`,
    LastModified: new Date(Date.UTC(2026, 0, 1)),
    ChecksumCRC32: expect.any(String),
  });
  const { CopyPartResult: part } = await copy({ ...input, CopySourceRange: 'bytes=5-9' });
  await complete({ UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ...part }] } });
  expect((await read()).toString()).toBe('bytes');

  const again = await create();
  const next = { ...input, UploadId: again.UploadId };
  await expect(copy({ ...next, CopySourceIfMatch: '"other"' })).rejects.toMatchObject({
    code: 'PreconditionFailed',
    fields: { Condition: 'x-amz-copy-source-If-Match' },
  });
  await expect(copy({ ...next, CopySource: 'bucket/none' })).rejects.toMatchObject({
    code: 'NoSuchKey',
  });
  await expect(copy({ ...next, PartNumber: 0 })).rejects.toMatchObject({ code: 'InvalidArgument' });
});

test('a multipart object is the source of a part, across the borders of its own', async () => {
  const { create, upload, copy, complete, read } = await openServer();
  const { UploadId } = await create();
  const large = Buffer.alloc(limits.partBytesMin, 'x');
  const Parts = [
    { PartNumber: 1, ...(await upload({ UploadId, PartNumber: 1 }, { body: large })) },
    { PartNumber: 2, ...(await upload({ UploadId, PartNumber: 2 }, { body: 'end' })) },
  ];
  await complete({ UploadId, MultipartUpload: { Parts } });
  const next = await create();
  const { CopyPartResult: part } = await copy({
    UploadId: next.UploadId,
    PartNumber: 7,
    CopySource: 'bucket/key',
    CopySourceRange: `bytes=${limits.partBytesMin - 2}-${limits.partBytesMin + 1}`,
  });
  const MultipartUpload = { Parts: [{ PartNumber: 7, ...part }] };
  await complete({ UploadId: next.UploadId, MultipartUpload });
  expect((await read()).toString()).toBe('xxen');
});

test('the range of a copied part is strict', () => {
  expect(copyRange(undefined, 0)).toEqual({ start: 0, end: 0 });
  expect(copyRange('bytes=0-0', 1)).toEqual({ start: 0, end: 1 });
  expect(copyRange('bytes=3-9', 10)).toEqual({ start: 3, end: 10 });
  const refused = expect.objectContaining({
    code: 'InvalidArgument',
    fields: expect.objectContaining({ ArgumentName: 'x-amz-copy-source-range' }),
  });
  const wrong = ['bytes=1-10', 'bytes=5-', 'bytes=-5', 'bytes=2-1', 'bytes=0-1,3-4', '0-1', ''];
  for (const header of [...wrong, 'bytes = 0-1', 'Bytes=0-1', 'bytes=0-99999999999999999999']) {
    expect(() => copyRange(header, 10)).toThrow(refused);
  }
  const tooMuch = expect.objectContaining({ code: 'InvalidRequest' });
  const size = limits.copyBytesMax + 1;
  expect(() => copyRange(undefined, size)).toThrow(tooMuch);
  expect(() => copyRange(`bytes=0-${size - 1}`, size)).toThrow(tooMuch);
  expect(copyRange(`bytes=1-${size - 1}`, size).start).toBe(1);
});

test('parts are listed with what the upload is', async () => {
  const { create, upload, context } = await openServer();
  const { UploadId } = await create({ ChecksumAlgorithm: 'CRC32', StorageClass: 'GLACIER_IR' });
  const ChecksumCRC32 = 'y/Q5Jg==';
  for (const PartNumber of [3, 1]) {
    await upload({ UploadId, PartNumber, ChecksumCRC32 }, { body: '123456789' });
  }
  const list = (input: TestInput<'ListParts'>) =>
    listParts.run(context<'ListParts'>({ UploadId, ...input }));
  const common = {
    Bucket: 'bucket',
    Key: 'key',
    UploadId,
    Initiator: { ID: 'owner' },
    Owner: { ID: 'owner' },
    StorageClass: 'GLACIER_IR',
    ChecksumAlgorithm: 'CRC32',
    ChecksumType: 'COMPOSITE',
  };
  const part = (PartNumber: number) => ({
    PartNumber,
    LastModified: new Date(Date.UTC(2026, 0, 1)),
    ETag: `"${md5('123456789').toString('hex')}"`,
    Size: 9,
    ChecksumCRC32,
  });
  expect(await list({ MaxParts: 1 })).toEqual({
    ...common,
    PartNumberMarker: '0',
    NextPartNumberMarker: '1',
    MaxParts: 1,
    IsTruncated: true,
    Parts: [part(1)],
  });
  expect(await list({ PartNumberMarker: '1', MaxParts: 2000 })).toEqual({
    ...common,
    PartNumberMarker: '1',
    NextPartNumberMarker: '3',
    MaxParts: 2000,
    IsTruncated: false,
    Parts: [part(3)],
  });
  expect((await list({ PartNumberMarker: '3' })).Parts).toBeUndefined();
  for (const wrong of [{ MaxParts: -1 }, { PartNumberMarker: 'x' }, { PartNumberMarker: '-1' }]) {
    await expect(list(wrong)).rejects.toMatchObject({ code: 'InvalidArgument' });
  }
  await expect(list({ UploadId: 'none' })).rejects.toMatchObject({ code: 'NoSuchUpload' });
});

test('uploads under way are listed with markers for the next page', async () => {
  const { create, context, clock } = await openServer();
  const ids: unknown[] = [];
  for (const key of ['a', 'a', 'dir/b', 'z ü']) {
    clock.nowMs += 1;
    ids.push((await create({}, { key })).UploadId);
  }
  const list = (input: TestInput<'ListMultipartUploads'>) =>
    listMultipartUploads.run(context<'ListMultipartUploads'>(input));
  const first = await list({ MaxUploads: 1, Delimiter: '/' });
  expect(first).toEqual({
    Bucket: 'bucket',
    KeyMarker: '',
    UploadIdMarker: '',
    NextKeyMarker: 'a',
    NextUploadIdMarker: ids[0],
    Delimiter: '/',
    MaxUploads: 1,
    IsTruncated: true,
    Uploads: [
      {
        UploadId: ids[0],
        Key: 'a',
        Initiated: new Date(Date.UTC(2026, 0, 1)),
        StorageClass: 'STANDARD',
        Owner: { ID: 'owner' },
        Initiator: { ID: 'owner' },
      },
    ],
  });
  const rest = await list({
    Delimiter: '/',
    EncodingType: 'url',
    KeyMarker: 'a',
    UploadIdMarker: ids[0],
  });
  expect(rest.Uploads?.map(({ Key, UploadId }) => [Key, UploadId])).toEqual([
    ['a', ids[1]],
    ['z%20%C3%BC', ids[3]],
  ]);
  expect(rest).toMatchObject({ CommonPrefixes: [{ Prefix: 'dir/' }], EncodingType: 'url' });
  const behind = await list({ KeyMarker: 'a' });
  expect(behind.Uploads?.map(({ UploadId }) => UploadId)).toEqual([ids[2], ids[3]]);
  const all = await list({ UploadIdMarker: ids[0] });
  expect(all.Uploads).toHaveLength(4);
  expect(all.UploadIdMarker).toBe('');
  await expect(list({ KeyMarker: 'a', UploadIdMarker: 'x' })).rejects.toMatchObject({
    code: 'InvalidArgument',
    fields: { ArgumentName: 'upload-id-marker' },
  });
});

test('what is wrong with the request to complete is said', async () => {
  const { create, upload, complete } = await openServer();
  const { UploadId } = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
  const { ETag } = await upload({ UploadId, PartNumber: 1 }, { body: '123456789' });
  const input = { UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
  const table = [
    [{ ...input, UploadId: 'none' }, 'NoSuchUpload'],
    [{ UploadId }, 'InvalidRequest'],
    [{ UploadId, MultipartUpload: { Parts: [{ PartNumber: 1 }] } }, 'MalformedXML'],
    [{ UploadId, MultipartUpload: { Parts: [{ ETag }] } }, 'MalformedXML'],
    [{ ...input, MpuObjectSize: 8 }, 'InvalidRequest'],
    [{ ...input, MpuObjectSize: -1 }, 'InvalidRequest'],
    [{ ...input, ChecksumType: 'COMPOSITE' }, 'InvalidRequest'],
    [{ ...input, ChecksumType: 'HALF' }, 'InvalidRequest'],
    [{ ...input, ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
    [{ ...input, ChecksumSHA1: '98O8HYCOBHMqMBdAmzH3pV4KzNs=' }, 'BadDigest'],
    [{ ...input, ChecksumCRC32: 'y/Q5Jg==', ChecksumCRC32C: 'AAAAAA==' }, 'InvalidRequest'],
    [{ ...input, IfNoneMatch: '"x"' }, 'NotImplemented'],
    [{ ...input, IfMatch: '"x"' }, 'NoSuchKey'],
  ] as const;
  for (const [wrong, code] of table) {
    await expect(complete(wrong)).rejects.toMatchObject({ code });
  }
  const right = { MpuObjectSize: 9, ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' };
  expect(await complete({ ...input, ...right, IfNoneMatch: '*' })).toMatchObject({
    ChecksumCRC32: 'y/Q5Jg==',
  });
});

test('an aborted upload is gone', async () => {
  const { create, upload, context, store, bucket } = await openServer();
  const { UploadId } = await create();
  await upload({ UploadId, PartNumber: 1 }, { body: 'x' });
  const abort = () => abortMultipartUpload.run(context<'AbortMultipartUpload'>({ UploadId }));
  expect(await abort()).toEqual({});
  await expect(abort()).rejects.toMatchObject({ code: 'NoSuchUpload', fields: { UploadId } });
  await expect(upload({ UploadId, PartNumber: 2 }, { body: 'x' })).rejects.toMatchObject({
    code: 'NoSuchUpload',
  });
  expect(await store.objects.open(bucket, 'key')).toBeUndefined();
});
