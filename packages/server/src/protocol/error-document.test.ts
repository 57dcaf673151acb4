import { expect, test } from 'vitest';
import { errorReply } from './error-document.ts';
import { S3Error } from './errors.ts';
import { readBySdk } from './sdk-oracle.ts';

const context = { requestId: 'R1', hostId: 'H<1>', resource: '/b/a&b', head: false };

test('the document has the fields of its code between message and resource, escaped', () => {
  const error = new S3Error('NoSuchKey', {
    message: 'no <key>',
    fields: { Key: 'a&b\u0001', Size: 3 },
    headers: { 'x-amz-delete-marker': 'true' },
  });
  expect(errorReply(error, context)).toEqual({
    status: 404,
    headers: { 'x-amz-delete-marker': 'true', 'Content-Type': 'application/xml' },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<Error><Code>NoSuchKey</Code><Message>no &lt;key&gt;</Message><Key>a&amp;b&#x1;</Key>' +
      '<Size>3</Size><Resource>/b/a&amp;b</Resource><RequestId>R1</RequestId>' +
      '<HostId>H&lt;1&gt;</HostId></Error>',
  });
});

test('HEAD and 304 have no body', () => {
  expect(errorReply(new S3Error('NoSuchKey'), { ...context, head: true })).toEqual({
    status: 404,
    headers: {},
  });
  const headers = { ETag: '"e"' };
  expect(errorReply(new S3Error('NotModified', { headers }), context)).toEqual({
    status: 304,
    headers,
  });
});

test('the SDK throws what was thrown', async () => {
  const reply = errorReply(new S3Error('NoSuchUpload', { fields: { UploadId: 'u' } }), context);
  const input = { Bucket: 'b', Key: 'k', UploadId: 'u' };
  await expect(readBySdk('ListParts', input, reply)).rejects.toMatchObject({
    name: 'NoSuchUpload',
    message: expect.stringContaining('The specified upload does not exist'),
    UploadId: 'u',
    $metadata: { httpStatusCode: 404 },
  });
});

test('a failed HEAD is what the SDK takes from its status', async () => {
  const reply = errorReply(new S3Error('NoSuchKey'), { ...context, head: true });
  await expect(readBySdk('HeadObject', { Bucket: 'b', Key: 'k' }, reply)).rejects.toMatchObject({
    name: 'NotFound',
  });
});
