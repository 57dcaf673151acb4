import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openTestServer } from './context-for-tests.ts';
import { verifyDocument } from './document-integrity.ts';

const document = '123456789';
const md5 = createHash('md5').update(document).digest('base64');
const header = 'x-amz-checksum-crc32';

test.each([
  [{}, {}, 'ok'],
  [{ 'content-md5': md5 }, {}, 'ok'],
  [{ [header]: 'y/Q5Jg==', 'x-amz-sdk-checksum-algorithm': 'CRC32' }, {}, 'ok'],
  [{ 'content-md5': md5, [header]: 'y/Q5Jg==' }, {}, 'ok'],
  [{ 'x-amz-trailer': header }, { [header]: 'y/Q5Jg==' }, 'ok'],
  [{ 'content-md5': md5.replace(/^./, '!') }, {}, 'InvalidDigest'],
  [{ 'content-md5': createHash('md5').digest('base64') }, {}, 'BadDigest'],
  [{ [header]: 'AAAAAA==' }, {}, 'BadDigest'],
  [{ [header]: 'AAAAAAAA' }, {}, 'InvalidRequest'],
  [{ 'x-amz-trailer': header }, { [header]: 'AAAAAA==' }, 'BadDigest'],
])('a document with %j and trailers %j: %s', async (headers, trailers, expected) => {
  const { context } = await openTestServer();
  const { request, body } = context<'DeleteObjects'>(
    { Delete: { Objects: [] } },
    { body: document, headers, trailers },
  );
  const outcome = await verifyDocument(Buffer.from(document), request, body).then(
    () => 'ok',
    (error) => error.code,
  );
  expect(outcome).toBe(expected);
});

test('checksums of the object that a document makes are not held against the document', async () => {
  const { context } = await openTestServer();
  const verify = async (headers: Record<string, string>) => {
    const { request, body } = context<'CompleteMultipartUpload'>({}, { body: document, headers });
    await verifyDocument(Buffer.from(document), request, body, 'of-object');
  };
  await verify({ [header]: 'AAAAAA==', 'x-amz-checksum-sha256': `${'A'.repeat(43)}=-3` });
  await expect(verify({ 'content-md5': createHash('md5').digest('base64') })).rejects.toMatchObject(
    { code: 'BadDigest' },
  );
});
