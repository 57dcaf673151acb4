import { expect, test } from 'vitest';
import type { OperationName } from '../operation.ts';
import { compileInput } from './input.ts';
import { parseQuery } from './query.ts';
import { exampleInput } from './schema-examples.ts';
import { operationNames, schemaOf } from './schemas.ts';
import { sentBySdk } from './sdk-oracle.ts';

function withoutStream(name: OperationName, input: object): object {
  const stream = schemaOf(name).input.members.find(({ type }) => type === 'stream');
  return Object.fromEntries(Object.entries(input).filter(([member]) => member !== stream?.name));
}

test.each(operationNames)('%s: what the SDK sends is read back, all members', async (name) => {
  const input = exampleInput(name, 'full');
  const read: object = compileInput(name).read(await sentBySdk(name, input));
  expect(read).toMatchObject(withoutStream(name, input));
});

test.each(operationNames)('%s: what the SDK sends is read back, few members', async (name) => {
  const input = exampleInput(name, 'required');
  const read: object = compileInput(name).read(await sentBySdk(name, input));
  expect(read).toMatchObject(withoutStream(name, input));
});

const day = new Date(Date.UTC(2026, 1, 3, 4, 5, 6));
const Bucket = 'photos';
const Key = '//a/../b+c %25&=é\u{1f451}';

const inputs: readonly (readonly [name: OperationName, input: object])[] = [
  ['ListBuckets', { Prefix: 'a b', MaxBuckets: 3, ContinuationToken: 'a+/=' }],
  ['CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }],
  ['HeadBucket', { Bucket, ExpectedBucketOwner: '123456789012' }],
  ['DeleteBucket', { Bucket }],
  ['GetBucketLocation', { Bucket }],
  [
    'PutObject',
    {
      Bucket,
      Key,
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'no-cache, max-age=0',
      Expires: day,
      IfNoneMatch: '*',
      Metadata: { name: 'plain', other: 'grüße', empty: '' },
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: day,
      Tagging: 'a=b&c=d',
    },
  ],
  ['GetObject', { Bucket, Key, Range: 'bytes=0-9', PartNumber: 3, IfModifiedSince: day }],
  ['GetObject', { Bucket, Key, ResponseContentDisposition: 'attachment; filename="a b+c.txt"' }],
  ['HeadObject', { Bucket, Key, VersionId: 'null', IfMatch: '"abc"', ChecksumMode: 'ENABLED' }],
  ['DeleteObject', { Bucket, Key, VersionId: 'v', BypassGovernanceRetention: true }],
  [
    'DeleteObjects',
    {
      Bucket,
      Delete: {
        Objects: [{ Key: '<&> "\' ]]> é\u{1f451}' }, { Key: ' spaces ', VersionId: 'null' }],
        Quiet: true,
      },
    },
  ],
  [
    'CopyObject',
    { Bucket, Key, CopySource: 'a/b%20c', CopySourceIfModifiedSince: day, Metadata: { a: 'b' } },
  ],
  ['ListObjects', { Bucket, Delimiter: '/', Marker: 'ü', MaxKeys: 0, EncodingType: 'url' }],
  [
    'ListObjectsV2',
    { Bucket, Prefix: 'a&b=c', StartAfter: '%20', FetchOwner: true, ContinuationToken: 'a+b/c=' },
  ],
  ['CreateMultipartUpload', { Bucket, Key, StorageClass: 'STANDARD', Metadata: { a: 'b' } }],
  ['UploadPart', { Bucket, Key, PartNumber: 1, UploadId: 'u+/=' }],
  [
    'UploadPartCopy',
    { Bucket, Key, PartNumber: 1, UploadId: 'u', CopySource: 'a/b', CopySourceRange: 'bytes=0-1' },
  ],
  ['ListParts', { Bucket, Key, UploadId: 'u', MaxParts: 7, PartNumberMarker: '3' }],
  ['ListMultipartUploads', { Bucket, KeyMarker: 'k', UploadIdMarker: 'u', MaxUploads: 1000 }],
  [
    'CompleteMultipartUpload',
    {
      Bucket,
      Key,
      UploadId: 'u',
      MpuObjectSize: 50_000_000_000_000,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"a"', ChecksumCRC32: 'AAAAAA==' }] },
    },
  ],
  ['AbortMultipartUpload', { Bucket, Key, UploadId: 'u' }],
  [
    'PutBucketCors',
    {
      Bucket,
      CORSConfiguration: {
        CORSRules: [
          {
            ID: 'one',
            AllowedMethods: ['GET', 'PUT'],
            AllowedOrigins: ['https://*.example.com'],
            AllowedHeaders: ['*'],
            ExposeHeaders: ['ETag', 'x-amz-request-id'],
            MaxAgeSeconds: 3000,
          },
          { AllowedMethods: ['GET'], AllowedOrigins: ['*'] },
        ],
      },
    },
  ],
  ['GetBucketCors', { Bucket }],
  ['DeleteBucketCors', { Bucket }],
];

test.each(inputs)('%s: the same input comes back as the SDK was given', async (name, input) => {
  expect(compileInput(name).read(await sentBySdk(name, input))).toMatchObject(input);
});

const nothing = { query: parseQuery(''), headers: {} };

test('the reader says what kind of body the operation has', () => {
  expect(compileInput('PutObject').payload).toBe('stream');
  expect(compileInput('UploadPart').payload).toBe('stream');
  expect(compileInput('PutBucketCors').payload).toBe('xml');
  expect(compileInput('CreateBucket').payload).toBe('xml');
  expect(compileInput('SelectObjectContent').payload).toBe('xml');
  expect(compileInput('PutBucketPolicy').payload).toBe('text');
  expect(compileInput('GetObject').payload).toBe('none');
});

function readQuery(name: OperationName, query: string): object {
  return compileInput(name).read({ ...nothing, bucket: 'b', key: 'k', query: parseQuery(query) });
}

function readHeaders(name: OperationName, headers: Record<string, string>): object {
  return compileInput(name).read({ ...nothing, bucket: 'b', key: 'k', headers });
}

test.each([
  ['max-keys', 'abc'],
  ['max-keys', '1.5'],
  ['max-keys', '2147483648'],
  ['max-keys', '1e3'],
  ['fetch-owner', 'yes'],
])('?%s=%s is an invalid argument', (name, value) => {
  expect(() => readQuery('ListObjectsV2', `${name}=${value}`)).toThrowError(
    expect.objectContaining({
      code: 'InvalidArgument',
      fields: { ArgumentName: name, ArgumentValue: value },
    }),
  );
});

test('an empty number is as good as none, and a negative one is for the operation to judge', () => {
  expect(readQuery('ListObjectsV2', 'max-keys=')).not.toHaveProperty('MaxKeys');
  expect(readQuery('ListObjectsV2', 'max-keys=-1')).toMatchObject({ MaxKeys: -1 });
});

test('what is required and missing is named', () => {
  expect(() => readHeaders('GetObjectAttributes', {})).toThrowError(/x-amz-object-attributes/);
  expect(() => readQuery('PutBucketAnalyticsConfiguration', '')).toThrowError(/\bid\b/);
});

test('a condition without a valid date is ignored, a lock without one is refused', () => {
  expect(readHeaders('GetObject', { 'if-modified-since': 'yesterday' })).not.toHaveProperty(
    'IfModifiedSince',
  );
  expect(() =>
    readHeaders('PutObject', { 'x-amz-object-lock-retain-until-date': 'tomorrow' }),
  ).toThrowError(/ISO 8601/);
});

test('list headers are read with and without spaces and quotes', () => {
  for (const value of ['ETag,Checksum', 'ETag , "Checksum"']) {
    expect(readHeaders('GetObjectAttributes', { 'x-amz-object-attributes': value })).toMatchObject({
      ObjectAttributes: ['ETag', 'Checksum'],
    });
  }
});

test('no parameter of the query can smuggle a header into the answer', () => {
  for (const value of ['%0D%0ASet-Cookie:a', '%E2%80%94', '%00']) {
    expect(() => readQuery('GetObject', `response-content-type=${value}`)).toThrowError(
      /ISO-8859-1/,
    );
  }
});

test('metadata named like members of Object is metadata', () => {
  const input = readHeaders('PutObject', {
    'x-amz-meta-__proto__': 'a',
    'x-amz-meta-constructor': 'b',
    'x-amz-meta-': 'dropped',
  });
  const metadata: unknown = Reflect.get(input, 'Metadata');
  expect(Object.entries(metadata ?? {})).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

function readXml(name: OperationName, xml: string): object {
  return compileInput(name).read({ ...nothing, bucket: 'b', xml: Buffer.from(xml) });
}

const rule = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>';

test.each([
  `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`,
  `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule>${rule}</CORSRule></CORSConfiguration>`,
  `<s3:CORSConfiguration xmlns:s3="urn:x"><s3:CORSRule>${rule}</s3:CORSRule></s3:CORSConfiguration>`,
  `<?xml version="1.0"?>\n<!-- a -->\n<CORSConfiguration>\n  <Unknown><Deep/></Unknown>\n  <CORSRule>\n    <AllowedMethod>GET</AllowedMethod>\n <New>1</New>   <AllowedOrigin><![CDATA[*]]></AllowedOrigin>\n</CORSRule></CORSConfiguration>\n`,
])('order, namespace, white space and unknown elements do not matter: %s', (xml) => {
  expect(readXml('PutBucketCors', xml)).toEqual({
    Bucket: 'b',
    CORSConfiguration: { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }] },
  });
});

test.each([
  ['a required member is missing', '<CORSConfiguration><CORSRule/></CORSConfiguration>'],
  ['a required list is empty', '<CORSConfiguration/>'],
  ['another root', `<CorsConfiguration><CORSRule>${rule}</CORSRule></CorsConfiguration>`],
  [
    'a number that is none',
    `<CORSConfiguration><CORSRule>${rule}<MaxAgeSeconds>1s</MaxAgeSeconds></CORSRule></CORSConfiguration>`,
  ],
  [
    'a single member twice',
    `<CORSConfiguration><CORSRule>${rule}<ID>1</ID><ID>2</ID></CORSRule></CORSConfiguration>`,
  ],
  [
    'an element in a string',
    `<CORSConfiguration><CORSRule>${rule}<ID>1<b/></ID></CORSRule></CORSConfiguration>`,
  ],
])('%s is malformed', (_, xml) => {
  expect(() => readXml('PutBucketCors', xml)).toThrowError(
    expect.objectContaining({ code: 'MalformedXML' }),
  );
});

test('an empty body is told apart from a malformed one', () => {
  expect(() => readXml('PutBucketCors', '')).toThrowError(
    expect.objectContaining({ code: 'MissingRequestBodyError' }),
  );
  expect(readXml('CreateBucket', '')).toEqual({ Bucket: 'b' });
});

test('a policy is text', () => {
  expect(readXml('PutBucketPolicy', '{"é":1}')).toMatchObject({ Policy: '{"é":1}' });
  expect(() =>
    compileInput('PutBucketPolicy').read({ ...nothing, xml: Uint8Array.of(0xff) }),
  ).toThrowError(expect.objectContaining({ code: 'MalformedPolicy' }));
});
