import { expect, test } from 'vitest';
import type { OperationName } from '../operation.ts';
import { parseQuery } from './query.ts';
import { matchRoute } from './routes.ts';
import { exampleInput } from './schema-examples.ts';
import { operationNames } from './schemas.ts';
import { sentBySdk } from './sdk-oracle.ts';
import type { Target } from './target.ts';

test.each(operationNames)('%s is what the SDK asks for by its name', async (name) => {
  const { method, kind, query, headers } = await sentBySdk(name, exampleInput(name, 'required'));
  expect(matchRoute(method, kind, query, headers)).toBe(name);
  const full = await sentBySdk(name, exampleInput(name, 'full'));
  expect(matchRoute(full.method, full.kind, full.query, full.headers)).toBe(name);
});

type Row = readonly [
  method: string,
  kind: Target['kind'],
  query: string,
  headers: Readonly<Record<string, string>>,
  name: OperationName | undefined,
];

const rows: readonly Row[] = [
  ['GET', 'service', '', {}, 'ListBuckets'],
  ['GET', 'service', 'x-id=ListDirectoryBuckets', {}, 'ListDirectoryBuckets'],
  ['GET', 'service', 'x-id=Nonsense', {}, 'ListBuckets'],
  ['POST', 'service', '', {}, undefined],
  ['GET', 'bucket', '', {}, 'ListObjects'],
  ['GET', 'bucket', 'list-type=2&prefix=a', {}, 'ListObjectsV2'],
  ['GET', 'bucket', 'prefix=a&list-type=2', {}, 'ListObjectsV2'],
  ['GET', 'bucket', 'list-type=1', {}, 'ListObjects'],
  ['GET', 'bucket', 'prefix=a&unknown=1', {}, 'ListObjects'],
  ['GET', 'bucket', 'uploads&prefix=a', {}, 'ListMultipartUploads'],
  ['GET', 'bucket', 'versions', {}, 'ListObjectVersions'],
  ['GET', 'bucket', 'cors', {}, 'GetBucketCors'],
  ['GET', 'bucket', 'cors=', {}, 'GetBucketCors'],
  ['GET', 'bucket', 'cors&acl', {}, undefined],
  ['GET', 'bucket', 'analytics', {}, 'ListBucketAnalyticsConfigurations'],
  ['GET', 'bucket', 'analytics&id=1', {}, 'GetBucketAnalyticsConfiguration'],
  ['GET', 'bucket', 'x-id=GetObject', {}, 'ListObjects'],
  ['HEAD', 'bucket', '', {}, 'HeadBucket'],
  ['HEAD', 'bucket', 'cors', {}, undefined],
  ['PUT', 'bucket', '', {}, 'CreateBucket'],
  ['PUT', 'bucket', 'versions', {}, undefined],
  ['PUT', 'bucket', 'cors', {}, 'PutBucketCors'],
  ['PUT', 'bucket', 'CORS', {}, 'CreateBucket'],
  ['DELETE', 'bucket', '', {}, 'DeleteBucket'],
  ['DELETE', 'bucket', 'acl', {}, undefined],
  ['DELETE', 'bucket', 'cors', {}, 'DeleteBucketCors'],
  ['POST', 'bucket', 'delete', {}, 'DeleteObjects'],
  ['POST', 'bucket', '', {}, undefined],
  ['OPTIONS', 'bucket', '', {}, undefined],
  ['OPTIONS', 'object', '', {}, undefined],
  ['GET', 'object', '', {}, 'GetObject'],
  ['GET', 'object', 'partNumber=2', {}, 'GetObject'],
  ['GET', 'object', 'location=menu&v=3', {}, 'GetObject'],
  ['GET', 'object', 'uploadId=u', {}, 'ListParts'],
  ['GET', 'object', 'uploadId=u&max-parts=1', {}, 'ListParts'],
  ['GET', 'object', 'tagging&versionId=1', {}, 'GetObjectTagging'],
  ['GET', 'object', 'uploads', {}, undefined],
  ['HEAD', 'object', '', {}, 'HeadObject'],
  ['PUT', 'object', '', {}, 'PutObject'],
  ['PUT', 'object', 'x-id=CopyObject', {}, 'PutObject'],
  ['PUT', 'object', '', { 'x-amz-copy-source': '/a/b' }, 'CopyObject'],
  ['PUT', 'object', 'x-id=PutObject', { 'x-amz-copy-source': '/a/b' }, 'CopyObject'],
  ['PUT', 'object', 'partNumber=1&uploadId=u', {}, 'UploadPart'],
  ['PUT', 'object', 'uploadId=u&partNumber=1', { 'x-amz-copy-source': '/a/b' }, 'UploadPartCopy'],
  ['PUT', 'object', 'partNumber=1', {}, undefined],
  ['PUT', 'object', 'uploadId=u', {}, undefined],
  ['PUT', 'object', 'uploads', {}, undefined],
  ['PUT', 'object', 'versions', {}, undefined],
  ['PUT', 'object', 'acl', {}, 'PutObjectAcl'],
  ['DELETE', 'object', '', {}, 'DeleteObject'],
  ['DELETE', 'object', 'uploadId=u', {}, 'AbortMultipartUpload'],
  ['DELETE', 'object', 'acl', {}, undefined],
  ['POST', 'object', '', {}, undefined],
  ['POST', 'object', 'uploads', {}, 'CreateMultipartUpload'],
  ['POST', 'object', 'uploadId=u', {}, 'CompleteMultipartUpload'],
  ['POST', 'object', 'restore', {}, 'RestoreObject'],
  ['POST', 'object', 'select&select-type=2', {}, 'SelectObjectContent'],
  ['POST', 'object', 'select', {}, undefined],
  ['get', 'object', '', {}, undefined],
];

test.each(rows)('%s %s ?%s %o is %s', (...row) => {
  const [method, kind, query, headers, name] = row;
  expect(matchRoute(method, kind, parseQuery(query), headers)).toBe(name);
});
