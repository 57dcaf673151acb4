import { expect, test } from 'vitest';
import type { Output, OperationName } from '../operation.ts';
import { compileOutput } from './output.ts';
import { exampleInput, exampleOutput } from './schema-examples.ts';
import { operationNames, schemaOf } from './schemas.ts';
import { readBySdk } from './sdk-oracle.ts';

const served = operationNames.filter((name) => name !== 'SelectObjectContent');

function streamMember(name: OperationName): string | undefined {
  return schemaOf(name).output.members.find(({ type }) => type === 'stream')?.name;
}

async function throughSdk(name: OperationName, output: object): Promise<object> {
  const write: (output: object) => ReturnType<ReturnType<typeof compileOutput>> =
    compileOutput(name);
  const read = await readBySdk(name, exampleInput(name, 'required'), write(output));
  const stream = streamMember(name);
  if (stream === undefined) return read;
  const body: unknown = read[stream];
  if (typeof body !== 'object' || body === null) return read;
  const transform: unknown = Reflect.get(body, 'transformToByteArray');
  if (typeof transform !== 'function') return read;
  return { ...read, [stream]: await Reflect.apply(transform, body, []) };
}

test.each(served)('%s: the SDK reads what is written, all members', async (name) => {
  const output = exampleOutput(name);
  expect(await throughSdk(name, output)).toMatchObject(output);
});

// The SDK takes the empty body of a copy for one that was cut off.
const mayBeEmpty = served.filter((name) => !name.includes('Copy'));

test.each(mayBeEmpty)('%s: the SDK reads an output without members', async (name) => {
  const read = Object.values(await throughSdk(name, {}));
  // Prefix headers and streams are there, empty; nothing else is made up.
  expect(JSON.stringify(read)).toMatch(/^\[(\{\},?)*\]$/);
});

const LastModified = new Date(Date.UTC(2026, 1, 3, 4, 5, 6));
const Owner = { ID: 'a'.repeat(64), DisplayName: 'owner <o>' };
const Key = '<&> "\' \u{1f451} é';

const outputs: readonly (readonly [name: OperationName, output: object])[] = [
  ['ListBuckets', { Buckets: [{ Name: 'a', CreationDate: LastModified }], Owner, Prefix: 'p' }],
  ['ListBuckets', { Buckets: [], Owner }],
  ['CreateBucket', { Location: '/photos' }],
  ['HeadBucket', { BucketRegion: 'eu-west-1' }],
  ['GetBucketLocation', { LocationConstraint: 'eu-west-1' }],
  ['PutObject', { ETag: '"abc"', VersionId: 'v', ChecksumCRC32: 'AAAAAA==' }],
  [
    'GetObject',
    {
      Body: new TextEncoder().encode('hello'),
      ContentLength: 5,
      ContentType: 'text/plain',
      ETag: '"abc"',
      LastModified,
      Metadata: { name: 'value', empty: '' },
      AcceptRanges: 'bytes',
      DeleteMarker: false,
      PartsCount: 3,
      ExpiresString: 'never',
    },
  ],
  ['HeadObject', { ContentLength: 50_000_000_000_000, LastModified, Expires: LastModified }],
  ['DeleteObject', { DeleteMarker: true, VersionId: 'v' }],
  ['DeleteObjects', { Deleted: [{ Key }], Errors: [{ Key, Code: 'AccessDenied' }] }],
  ['DeleteObjects', {}],
  ['CopyObject', { CopyObjectResult: { ETag: '"abc"', LastModified }, CopySourceVersionId: 's' }],
  ['ListObjects', { Name: 'b', Prefix: '', Marker: '', IsTruncated: false, Contents: [{ Key }] }],
  [
    'ListObjectsV2',
    {
      Name: 'b',
      Prefix: 'a b',
      KeyCount: 2,
      MaxKeys: 1000,
      IsTruncated: true,
      NextContinuationToken: 'n',
      Contents: [
        { Key, ETag: '"abc"', Size: 0, LastModified, StorageClass: 'STANDARD', Owner },
        { Key: 'b', ChecksumAlgorithm: ['CRC32', 'SHA256'] },
      ],
      CommonPrefixes: [{ Prefix: 'a b/' }, { Prefix: 'c/' }],
    },
  ],
  ['CreateMultipartUpload', { Bucket: 'b', Key, UploadId: 'u' }],
  ['UploadPart', { ETag: '"abc"' }],
  ['UploadPartCopy', { CopyPartResult: { ETag: '"abc"', LastModified } }],
  ['ListParts', { Parts: [{ PartNumber: 1, ETag: '"abc"', Size: 5, LastModified }], MaxParts: 1 }],
  ['ListMultipartUploads', { Uploads: [{ Key, UploadId: 'u', Initiated: LastModified }] }],
  ['CompleteMultipartUpload', { Location: 'http://s3.test/b/k', Bucket: 'b', Key, ETag: '"a-1"' }],
  ['AbortMultipartUpload', {}],
  [
    'GetBucketCors',
    { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], MaxAgeSeconds: 5 }] },
  ],
  [
    'GetBucketAcl',
    {
      Owner,
      Grants: [
        { Grantee: { Type: 'CanonicalUser', ...Owner }, Permission: 'FULL_CONTROL' },
        { Grantee: { Type: 'Group', URI: 'http://acs/AllUsers' }, Permission: 'READ' },
      ],
    },
  ],
  ['GetBucketPolicy', { Policy: '{"Version":"2012-10-17"}' }],
];

test.each(outputs)('%s: the SDK reads the same output', async (name, output) => {
  expect(await throughSdk(name, output)).toMatchObject(output);
});

test('a listing is written as S3 writes it', () => {
  const output: Output<'ListObjectsV2'> = {
    Name: 'b',
    Prefix: '',
    KeyCount: 1,
    IsTruncated: false,
    Contents: [{ Key: 'a&b\u0001\r', ETag: '"e"', Size: 3, LastModified: new Date(1500) }],
    CommonPrefixes: [],
  };
  expect(compileOutput('ListObjectsV2')(output)).toEqual({
    status: 200,
    headers: { 'Content-Type': 'application/xml' },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      '<IsTruncated>false</IsTruncated><Contents><Key>a&amp;b&#x1;&#xD;</Key>' +
      '<LastModified>1970-01-01T00:00:01.000Z</LastModified><ETag>&quot;e&quot;</ETag>' +
      '<Size>3</Size></Contents><Name>b</Name><Prefix></Prefix><KeyCount>1</KeyCount>' +
      '</ListBucketResult>',
  });
});

test('the location of a bucket is not wrapped', () => {
  const write = compileOutput('GetBucketLocation');
  const open = '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
  expect(write({ LocationConstraint: 'eu-west-1' }).body).toContain(
    `${open}eu-west-1</LocationConstraint>`,
  );
  expect(write({}).body).toContain(`${open}</LocationConstraint>`);
});

test('an answer has a body only where the schema has one', () => {
  expect(compileOutput('PutObject')({ ETag: '"e"' })).toEqual({
    status: 200,
    headers: { ETag: '"e"' },
  });
  expect(compileOutput('DeleteObject')({})).toEqual({ status: 204, headers: {} });
  expect(compileOutput('PutBucketCors')({})).toEqual({ status: 200, headers: {} });
  expect(compileOutput('HeadObject')({ ContentLength: 3 })).toEqual({
    status: 200,
    headers: { 'Content-Length': 3 },
  });
});

async function* oneByte() {
  yield new Uint8Array(1);
}

test('a part of an object is 206, and its body passes through untouched', () => {
  const Body = oneByte();
  const reply = compileOutput('GetObject')({
    Body,
    ContentLength: 1,
    ContentRange: 'bytes 0-0/5',
    LastModified: new Date(Date.UTC(2026, 0, 1)),
    ContentType: 'text/plain',
  });
  expect(reply).toEqual({
    status: 206,
    headers: {
      'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'Content-Length': 1,
      'Content-Range': 'bytes 0-0/5',
      'Content-Type': 'text/plain',
    },
    body: Body,
  });
  expect(reply.body).toBe(Body);
});

test('a header has no control characters and only bytes', () => {
  const { headers } = compileOutput('GetObject')({
    ContentDisposition: 'a\r\nSet-Cookie: b\u0000\u2014\u00e9\tc\u{1f451}',
    Metadata: { a: 'x\r\ny' },
  });
  expect(headers).toEqual({
    'Content-Disposition': 'a  Set-Cookie: b  \u00e9\tc ',
    'x-amz-meta-a': '=?UTF-8?B?eA0KeQ==?=',
  });
});

test('metadata whose name no header can have is counted', () => {
  expect(compileOutput('HeadObject')({ Metadata: { 'a b': '1', 'c\r\n': '2', d: '3' } })).toEqual({
    status: 200,
    headers: { 'x-amz-meta-d': '3', 'x-amz-missing-meta': 2 },
  });
});

test('an event stream is refused when it is compiled, not when it is asked for', () => {
  expect(() => compileOutput('SelectObjectContent')).toThrowError(/not served/);
});
