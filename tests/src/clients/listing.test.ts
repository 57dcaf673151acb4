import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;

/** In the order of their UTF-8 bytes, which is not JavaScript's own: U+FF5E comes before an emoji. */
const keys = [
  'a',
  'a-b',
  'a/',
  'a/1',
  'a/2/x',
  'a/2/y',
  'a//b',
  'b/1',
  'b/2',
  'c',
  'z',
  'ü/1',
  '～',
  '😀/1',
].toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  Bucket = await newBucket(client);
  for (const Key of keys.toReversed()) {
    await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: Key }));
  }
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

/** What S3 promises, in the plainest words: rows in byte order, keys folded at the delimiter. */
function expected(prefix = '', delimiter = ''): string[] {
  const rows = new Set<string>();
  for (const key of keys.filter((name) => name.startsWith(prefix))) {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    rows.add(at < 0 ? key : key.slice(0, at + delimiter.length));
  }
  return [...rows];
}

const questions = [
  {},
  { Prefix: 'a' },
  { Prefix: 'a/' },
  { Delimiter: '/' },
  { Prefix: 'a/', Delimiter: '/' },
  { Prefix: 'a/2', Delimiter: '/' },
  { Delimiter: '//' },
  { Prefix: 'nothing' },
  { Prefix: 'ü', Delimiter: '/' },
];

for (const question of questions) {
  test.each([1, 2, 3, 1000])(
    `ListObjectsV2 of ${JSON.stringify(question)} in pages of %i is complete and in order`,
    async (MaxKeys) => {
      const rows: string[] = [];
      let ContinuationToken: string | undefined;
      for (let pages = 0; pages < 50; pages += 1) {
        const page = await client.send(
          new s3.ListObjectsV2Command({ Bucket, ...question, MaxKeys, ContinuationToken }),
        );
        const found = [
          ...(page.Contents ?? []).map(({ Key = '' }) => Key),
          ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
        ];
        expect(page.KeyCount).toBe(found.length);
        expect(found.length).toBeLessThanOrEqual(MaxKeys);
        rows.push(...found);
        ContinuationToken = page.NextContinuationToken;
        expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
        if (ContinuationToken === undefined) {
          break;
        }
      }
      expect(rows.length).toBe(new Set(rows).size);
      expect(rows.toSorted()).toEqual(expected(question.Prefix, question.Delimiter).toSorted());
    },
  );

  test.each([1, 3, 1000])(
    `ListObjects of ${JSON.stringify(question)} in pages of %i is complete and in order`,
    async (MaxKeys) => {
      const rows: string[] = [];
      let Marker: string | undefined;
      for (let pages = 0; pages < 50; pages += 1) {
        const page = await client.send(
          new s3.ListObjectsCommand({ Bucket, ...question, MaxKeys, Marker }),
        );
        const contents = (page.Contents ?? []).map(({ Key = '' }) => Key);
        rows.push(...contents, ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
        if (page.IsTruncated !== true) {
          break;
        }
        // Without a delimiter S3 tells no NextMarker: the last key is the marker.
        Marker = page.NextMarker ?? contents.at(-1);
      }
      expect(rows.length).toBe(new Set(rows).size);
      expect(rows.toSorted()).toEqual(expected(question.Prefix, question.Delimiter).toSorted());
    },
  );
}

test('keys come in the order of their bytes', async () => {
  const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(keys);
});

test('a row tells size, ETag, time and class, and the owner when asked', async () => {
  const { Contents = [] } = await client.send(
    new s3.ListObjectsV2Command({ Bucket, Prefix: 'a/1', FetchOwner: true }),
  );
  expect(Contents).toHaveLength(1);
  expect(Contents[0]).toMatchObject({ Key: 'a/1', Size: 3, StorageClass: 'STANDARD' });
  expect(Contents[0]?.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(Contents[0]?.LastModified).toBeInstanceOf(Date);
  expect(Contents[0]?.Owner?.ID).toBeTruthy();
  const plain = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: 'a/1' }));
  expect(plain.Contents?.[0]?.Owner).toBeUndefined();
});

test('a listing starts after the key it is told, whether it exists or not', async () => {
  const after = async (StartAfter: string): Promise<(string | undefined)[]> =>
    (await client.send(new s3.ListObjectsV2Command({ Bucket, StartAfter }))).Contents?.map(
      ({ Key }) => Key,
    ) ?? [];
  expect(await after('b/1')).toEqual(keys.slice(keys.indexOf('b/1') + 1));
  expect(await after('b/0')).toEqual(keys.slice(keys.indexOf('b/1')));
  expect(await after('\u{10ffff}')).toEqual([]);
});

test('a URL-encoded listing encodes keys, prefixes and delimiter', async () => {
  const page = await client.send(
    new s3.ListObjectsV2Command({ Bucket, EncodingType: 'url', Delimiter: '/', Prefix: 'ü' }),
  );
  expect(page.EncodingType).toBe('url');
  expect(page.CommonPrefixes?.[0]?.Prefix).toBe('%C3%BC/');
  expect(page.Prefix).toBe('%C3%BC');
});

test('a page of no rows is empty and not truncated', async () => {
  const page = await client.send(new s3.ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
  expect(page).toMatchObject({ KeyCount: 0, IsTruncated: false, MaxKeys: 0 });
});

test('a token that the server did not give is refused', async () => {
  expect(
    await refusal(
      client.send(new s3.ListObjectsV2Command({ Bucket, ContinuationToken: 'made up' })),
    ),
  ).toMatchObject({ code: 'InvalidArgument', status: 400 });
});
