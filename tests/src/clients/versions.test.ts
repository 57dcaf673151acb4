import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;
let Bucket: string;
const Key = 'a/key';

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});
beforeEach(async () => {
  Bucket = await newBucket(client);
});

async function keepVersions(Status: s3.BucketVersioningStatus = 'Enabled'): Promise<void> {
  await client.send(
    new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }),
  );
}
const put = async (Body: string) => client.send(new s3.PutObjectCommand({ Bucket, Key, Body }));
const remove = async (VersionId?: string) =>
  client.send(new s3.DeleteObjectCommand({ Bucket, Key, VersionId }));
async function read(VersionId?: string): Promise<string | undefined> {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}
async function versions(): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new s3.ListObjectVersionsCommand({ Bucket }),
  );
  const all = [
    ...Versions.map((each) => ({ ...each, kind: 'object' })),
    ...DeleteMarkers.map((each) => ({ ...each, kind: 'marker' })),
  ];
  return all.map(({ kind, VersionId, IsLatest }) => `${kind} ${VersionId} ${IsLatest}`);
}

test('a bucket keeps no versions until it is told to, and says so', async () => {
  const get = async () => client.send(new s3.GetBucketVersioningCommand({ Bucket }));
  expect((await get()).Status).toBeUndefined();
  expect((await put('1')).VersionId).toBeUndefined();
  await keepVersions();
  expect((await get()).Status).toBe('Enabled');
  await keepVersions('Suspended');
  expect((await get()).Status).toBe('Suspended');
  expect(
    await refusal(
      client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })),
    ),
  ).toMatchObject({ code: 'IllegalVersioningConfigurationException', status: 400 });
});

test('what is overwritten stays under its id, what was there before under null', async () => {
  await put('0');
  await keepVersions();
  const one = await put('1');
  const two = await put('2');
  expect(one.VersionId).not.toBe(two.VersionId);
  expect(await read()).toBe('2');
  expect(await read(one.VersionId)).toBe('1');
  expect(await read('null')).toBe('0');
  const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
  expect(head.VersionId).toBe(two.VersionId);
  expect(await versions()).toEqual([
    `object ${two.VersionId} true`,
    `object ${one.VersionId} false`,
    'object null false',
  ]);
});

test('a deletion leaves a marker, and its deletion brings the object back', async () => {
  await keepVersions();
  const one = await put('1');
  const gone = await remove();
  expect(gone).toMatchObject({ DeleteMarker: true });
  const missing = await client.send(new s3.GetObjectCommand({ Bucket, Key })).catch(Object);
  expect(missing.$response.headers).toMatchObject({
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': gone.VersionId,
  });
  expect(await refusal(read())).toMatchObject({ code: 'NoSuchKey', status: 404 });
  const direct = await client
    .send(new s3.GetObjectCommand({ Bucket, Key, VersionId: gone.VersionId }))
    .catch(Object);
  expect(direct).toMatchObject({ name: 'MethodNotAllowed', ResourceType: 'DeleteMarker' });
  expect(direct.$response).toMatchObject({ statusCode: 405, headers: { allow: 'DELETE' } });
  const { Contents } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents).toBeUndefined();

  expect(await remove(gone.VersionId)).toMatchObject({
    DeleteMarker: true,
    VersionId: gone.VersionId,
  });
  expect(await read()).toBe('1');
  expect(await remove(one.VersionId)).toMatchObject({ VersionId: one.VersionId });
  expect(await refusal(read(one.VersionId))).toMatchObject({
    code: 'NoSuchVersion',
    VersionId: one.VersionId,
  });
  expect(await versions()).toEqual([]);
});

test('suspended, the null version is the one that is written over', async () => {
  await keepVersions();
  const one = await put('1');
  await keepVersions('Suspended');
  expect((await put('2')).VersionId).toBe('null');
  expect((await put('3')).VersionId).toBe('null');
  expect(await versions()).toEqual(['object null true', `object ${one.VersionId} false`]);
  expect(await remove()).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
  expect(await versions()).toEqual([`object ${one.VersionId} false`, 'marker null true']);
  await remove('null');
  expect(await read()).toBe('1');
});

test('what is no id of a version is said so', async () => {
  await keepVersions();
  await put('1');
  for (const id of ['x', '0', ' ']) {
    expect(await refusal(read(id))).toMatchObject({ code: 'InvalidArgument', status: 400 });
    expect(await refusal(remove(id))).toMatchObject({ code: 'InvalidArgument' });
  }
  const unknown = '0'.repeat(32);
  expect(await refusal(read(unknown))).toMatchObject({ code: 'NoSuchVersion', status: 404 });
  // Deleting nothing succeeds.
  expect((await remove(unknown)).$metadata.httpStatusCode).toBe(204);
});

test('an old version is copied over the new one', async () => {
  await keepVersions();
  const one = await put('1');
  await put('2');
  const copied = await client.send(
    new s3.CopyObjectCommand({
      Bucket,
      Key,
      CopySource: `${Bucket}/${Key}?versionId=${one.VersionId}`,
    }),
  );
  expect(copied.CopySourceVersionId).toBe(one.VersionId);
  expect(copied.VersionId).not.toBe(one.VersionId);
  expect(await read()).toBe('1');
  const marker = await remove();
  expect(
    await refusal(
      client.send(
        new s3.CopyObjectCommand({
          Bucket,
          Key: 'b',
          CopySource: `${Bucket}/${Key}?versionId=${marker.VersionId}`,
        }),
      ),
    ),
  ).toMatchObject({ code: 'InvalidRequest' });
});

test('an upload in parts is a version like any other', async () => {
  await keepVersions();
  const one = await put('1');
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }));
  const upload = { Bucket, Key, UploadId };
  const part = await client.send(
    new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: 'parts' }),
  );
  const Parts = [{ PartNumber: 1, ETag: part.ETag }];
  const done = await client.send(
    new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
  );
  expect(await read(done.VersionId)).toBe('parts');
  expect(await read(one.VersionId)).toBe('1');
});

test('many are deleted at once, by version or behind markers', async () => {
  await keepVersions();
  const one = await put('1');
  const { Deleted } = await client.send(
    new s3.DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key }, { Key: 'never there' }, { Key, VersionId: one.VersionId }] },
    }),
  );
  expect(Deleted).toMatchObject([
    { Key, DeleteMarker: true },
    { Key: 'never there', DeleteMarker: true },
    { Key, VersionId: one.VersionId },
  ]);
  expect(await versions()).toHaveLength(2);
  expect(await refusal(client.send(new s3.DeleteBucketCommand({ Bucket })))).toMatchObject({
    code: 'BucketNotEmpty',
  });
});

test('pages go on at a version', async () => {
  await keepVersions();
  const ids: (string | undefined)[] = [];
  for (let index = 0; index < 5; index += 1) ids.unshift((await put(`${index}`)).VersionId);
  const seen: (string | undefined)[] = [];
  for await (const page of pages()) {
    seen.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
  }
  expect(seen).toEqual(ids);
  expect(
    await refusal(
      client.send(new s3.ListObjectVersionsCommand({ Bucket, VersionIdMarker: ids[0] })),
    ),
  ).toMatchObject({ code: 'InvalidArgument' });

  async function* pages(): AsyncGenerator<s3.ListObjectVersionsCommandOutput> {
    let page: s3.ListObjectVersionsCommandOutput | undefined;
    while (page?.IsTruncated !== false) {
      page = await client.send(
        new s3.ListObjectVersionsCommand({
          Bucket,
          MaxKeys: 2,
          KeyMarker: page?.NextKeyMarker,
          VersionIdMarker: page?.NextVersionIdMarker,
        }),
      );
      yield page;
    }
  }
});

test('MFA Delete is kept, and no version goes without a token', async () => {
  await client.send(
    new s3.PutBucketVersioningCommand({
      Bucket,
      VersioningConfiguration: { Status: 'Enabled', MFADelete: 'Enabled' },
    }),
  );
  const { MFADelete } = await client.send(new s3.GetBucketVersioningCommand({ Bucket }));
  expect(MFADelete).toBe('Enabled');
  const one = await put('1');
  expect(await refusal(remove(one.VersionId))).toMatchObject({
    code: 'AccessDenied',
    message: 'Mfa Authentication must be used for this request',
  });
  expect(await remove()).toMatchObject({ DeleteMarker: true });
  expect(await read(one.VersionId)).toBe('1');
});
