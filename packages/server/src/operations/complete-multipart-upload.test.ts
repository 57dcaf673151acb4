import { expect, test } from 'vitest';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { openTestServer, type TestInput, type TestRequest } from './context-for-tests.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { uploadPart } from './upload-part.ts';

async function openServer() {
  const server = await openTestServer();
  const { context } = server;
  return {
    ...server,
    create: (input: TestInput<'CreateMultipartUpload'> = {}) =>
      createMultipartUpload.run(context<'CreateMultipartUpload'>(input)),
    upload: (input: TestInput<'UploadPart'>, request: TestRequest = {}) =>
      uploadPart.run(context<'UploadPart'>(input, request)),
    complete: (input: TestInput<'CompleteMultipartUpload'>) =>
      completeMultipartUpload.run(context<'CompleteMultipartUpload'>(input)),
  };
}

test('a completion without parts: an empty document breaks the schema, no document lacks them', async () => {
  const { create, complete } = await openServer();
  const { UploadId } = await create();
  await expect(complete({ UploadId, MultipartUpload: { Parts: [] } })).rejects.toMatchObject({
    code: 'MalformedXML',
  });
  await expect(complete({ UploadId, MultipartUpload: {} })).rejects.toMatchObject({
    code: 'MalformedXML',
  });
  await expect(complete({ UploadId })).rejects.toThrow('at least one part');
});

test.each(['FULL_OBJECT', 'COMPOSITE'] as const)(
  'a part of an object with a %s checksum is read with that type',
  async (ChecksumType) => {
    const { create, upload, complete, store, bucket } = await openServer();
    const { UploadId } = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType });
    const ChecksumCRC32 = 'y/Q5Jg==';
    const { ETag } = await upload(
      { UploadId, PartNumber: 1, ChecksumCRC32 },
      { body: '123456789' },
    );
    const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
    await complete({ UploadId, MultipartUpload: { Parts } });
    const open = await store.objects.open(bucket, 'key');
    expect(await open?.part(1)).toMatchObject({
      checksum: { algorithm: 'CRC32', type: ChecksumType, value: ChecksumCRC32 },
    });
  },
);
