import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { bytesOf, newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;
const all: s3.ObjectAttributes[] = [
  'ETag',
  'Checksum',
  'ObjectParts',
  'StorageClass',
  'ObjectSize',
];

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
  Bucket = await newBucket(client);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

const attributes = async (
  Key: string,
  more: Partial<s3.GetObjectAttributesCommandInput> = {},
): Promise<object> => {
  const command = new s3.GetObjectAttributesCommand({
    Bucket,
    Key,
    ObjectAttributes: all,
    ...more,
  });
  const { $metadata: _, LastModified, ...rest } = await client.send(command);
  expect(LastModified).toBeInstanceOf(Date);
  return rest;
};

async function uploadInParts(Key: string, sizes: readonly number[]): Promise<void> {
  const { UploadId } = await client.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  );
  const upload = { Bucket, Key, UploadId };
  const Parts: s3.CompletedPart[] = [];
  for (const [index, size] of sizes.entries()) {
    const PartNumber = index + 1;
    const Body = bytesOf(size, index);
    const { ETag, ChecksumSHA256 } = await client.send(
      new s3.UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: 'SHA256' }),
    );
    Parts.push({ PartNumber, ETag, ChecksumSHA256 });
  }
  await client.send(
    new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
  );
}

test('the attributes that are asked for, and no others', async () => {
  const Key = 'small';
  await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: '123456789' }));
  const whole = {
    ETag: '25f9e794323b453885f5181f1b624d0b',
    Checksum: { ChecksumCRC32: 'y/Q5Jg==', ChecksumType: 'FULL_OBJECT' },
    StorageClass: 'STANDARD',
    ObjectSize: 9,
  };
  expect(await attributes(Key)).toEqual(whole);
  expect(await attributes(Key, { ObjectAttributes: ['ETag'] })).toEqual({ ETag: whole.ETag });
  // What no client in TypeScript can ask for.
  const ObjectAttributes = JSON.parse('["Age"]');
  expect(await refusal(attributes(Key, { ObjectAttributes }))).toMatchObject({
    code: 'InvalidArgument',
    ArgumentValue: 'Age',
  });
  expect(await refusal(attributes('no'))).toMatchObject({ code: 'NoSuchKey', status: 404 });
});

test('the parts of an object come in pages', async () => {
  const Key = 'parts';
  const size = 5 * 1024 * 1024;
  await uploadInParts(Key, [size, size, 10]);
  const parts = async (more: Partial<s3.GetObjectAttributesCommandInput>) => {
    const { ObjectParts, Checksum } = await client.send(
      new s3.GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: all, ...more }),
    );
    expect(Checksum?.ChecksumType).toBe('COMPOSITE');
    // 32 bytes in base64, without `-3`.
    expect(Checksum?.ChecksumSHA256).toMatch(/^[\w+/]{43}=$/);
    return ObjectParts;
  };
  const first = await parts({ MaxParts: 2 });
  expect(first).toMatchObject({
    TotalPartsCount: 3,
    PartNumberMarker: '0',
    NextPartNumberMarker: '2',
    MaxParts: 2,
    IsTruncated: true,
    Parts: [
      { PartNumber: 1, Size: size },
      { PartNumber: 2, Size: size },
    ],
  });
  expect(first?.Parts?.[0]?.ChecksumSHA256).toMatch(/^[\w+/]{43}=$/);
  const second = await parts({ PartNumberMarker: '2' });
  expect(second).toMatchObject({
    MaxParts: 1000,
    IsTruncated: false,
    Parts: [{ PartNumber: 3, Size: 10 }],
  });
  expect(await parts({ PartNumberMarker: '3' })).toMatchObject({ IsTruncated: false });
  expect(await refusal(parts({ MaxParts: -1 }))).toMatchObject({ code: 'InvalidArgument' });
  expect(await refusal(parts({ PartNumberMarker: 'x' }))).toMatchObject({
    code: 'InvalidArgument',
  });
});

test('a version has attributes of its own', async () => {
  const versioned = await newBucket(client);
  await client.send(
    new s3.PutBucketVersioningCommand({
      Bucket: versioned,
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  );
  const put = async (Body: string) =>
    client.send(new s3.PutObjectCommand({ Bucket: versioned, Key: 'k', Body }));
  const one = await put('1');
  const two = await put('22');
  const of = async (VersionId?: string) =>
    client.send(
      new s3.GetObjectAttributesCommand({
        Bucket: versioned,
        Key: 'k',
        VersionId,
        ObjectAttributes: ['ObjectSize'],
      }),
    );
  expect(await of()).toMatchObject({ ObjectSize: 2, VersionId: two.VersionId });
  expect(await of(one.VersionId)).toMatchObject({ ObjectSize: 1, VersionId: one.VersionId });
  await client.send(new s3.DeleteObjectCommand({ Bucket: versioned, Key: 'k' }));
  expect(await refusal(of())).toMatchObject({ code: 'NoSuchKey' });
});

test('whoever expects another owner gets nothing and changes nothing', async () => {
  const { Owner } = await client.send(new s3.ListBucketsCommand({}));
  const Key = 'owned';
  const put = async (ExpectedBucketOwner?: string) =>
    client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x', ExpectedBucketOwner }));
  await put(Owner?.ID);
  const denied = { code: 'AccessDenied', status: 403 };
  for (const other of ['111122223333', `${Owner?.ID}foo`]) {
    const expected = { Bucket, ExpectedBucketOwner: other };
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` };
    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }));
    const calls = [
      async () => put(other),
      async () => client.send(new s3.GetObjectCommand({ ...expected, Key })),
      async () => client.send(new s3.ListObjectsV2Command(expected)),
      async () => client.send(new s3.DeleteObjectCommand({ ...expected, Key })),
      async () => client.send(new s3.DeleteBucketCommand(expected)),
      async () => client.send(new s3.CopyObjectCommand({ ...copy, ExpectedBucketOwner: other })),
      async () =>
        client.send(new s3.CopyObjectCommand({ ...copy, ExpectedSourceBucketOwner: other })),
      async () =>
        client.send(
          new s3.UploadPartCopyCommand({
            ...copy,
            Key,
            UploadId,
            PartNumber: 1,
            ExpectedSourceBucketOwner: other,
          }),
        ),
    ];
    for (const call of calls) expect(await refusal(call())).toMatchObject(denied);
  }
  const { Contents = [] } = await client.send(
    new s3.ListObjectsV2Command({ Bucket, Prefix: 'owned', ExpectedBucketOwner: Owner?.ID }),
  );
  expect(Contents).toHaveLength(1);
});
