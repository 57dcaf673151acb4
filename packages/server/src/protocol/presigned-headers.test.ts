import { expect, test } from 'vitest';
import { withPresignedHeaders } from './presigned-headers.ts';
import { parseQuery } from './query.ts';

const headers = { host: 'h', 'x-amz-meta-a': 'from the sender' };

test('a presigned URL carries headers, and they win over what the sender adds', () => {
  const query = parseQuery(
    'X-Amz-Signature=0&X-Amz-Date=1&x-amz-meta-a=b%20c&x-amz-checksum-type=COMPOSITE&x-id=PutObject',
  );
  expect(withPresignedHeaders(headers, query)).toEqual({
    host: 'h',
    'x-amz-meta-a': 'b c',
    'x-amz-checksum-type': 'COMPOSITE',
  });
});

test('a checksum in a URL says nothing: whoever signed it did not know the body', () => {
  const query = parseQuery(
    'X-Amz-Signature=0&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32',
  );
  expect(withPresignedHeaders(headers, query)).toBe(headers);
});

test('values become the bytes that a header would have had', () => {
  const query = parseQuery('X-Amz-Signature=0&x-amz-meta-a=%C3%A9');
  expect(withPresignedHeaders({}, query)).toEqual({ 'x-amz-meta-a': '\u00C3\u00A9' });
});

test('without a signature in the URL its parameters are no headers', () => {
  expect(withPresignedHeaders(headers, parseQuery('x-amz-meta-a=b'))).toBe(headers);
});
