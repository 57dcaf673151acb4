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

const put = async (more: Partial<s3.PutObjectCommandInput> = {}) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'body', ...more }));
async function tags(VersionId?: string, of = Key): Promise<string> {
  const { TagSet = [] } = await client.send(
    new s3.GetObjectTaggingCommand({ Bucket, Key: of, VersionId }),
  );
  return TagSet.map(({ Key: key, Value }) => `${key}=${Value}`).join('&');
}
const tag = async (TagSet: s3.Tag[], VersionId?: string) =>
  client.send(new s3.PutObjectTaggingCommand({ Bucket, Key, VersionId, Tagging: { TagSet } }));
const untag = async (VersionId?: string) =>
  client.send(new s3.DeleteObjectTaggingCommand({ Bucket, Key, VersionId }));

test('tags are put with an object, replaced, counted and deleted', async () => {
  await put({ Tagging: 'b=2&a=%C3%BC&c' });
  expect(await tags()).toBe('a=ü&b=2&c=');
  const { LastModified, TagCount } = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
  expect(TagCount).toBe(3);
  await tag([{ Key: 'd', Value: '4' }]);
  expect(await tags()).toBe('d=4');
  const got = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  expect(got.TagCount).toBe(1);
  expect(got.LastModified).toEqual(LastModified);
  expect(await got.Body?.transformToString()).toBe('body');
  expect((await untag()).$metadata.httpStatusCode).toBe(204);
  expect(await tags()).toBe('');
  expect((await client.send(new s3.HeadObjectCommand({ Bucket, Key }))).TagCount).toBeUndefined();
  await tag([{ Key: 'd', Value: '4' }]);
  await put();
  expect(await tags()).toBe('');
});

test('what AWS does not take for tags is refused', async () => {
  await put();
  expect(await refusal(tag([{ Key: 'aws:a', Value: '' }]))).toMatchObject({
    code: 'InvalidTag',
    status: 400,
    TagKey: 'aws:a',
  });
  expect(await refusal(put({ Tagging: 'a=1&a=2' }))).toMatchObject({
    code: 'InvalidArgument',
    ArgumentName: 'x-amz-tagging',
  });
  const many = Array.from({ length: 11 }, (_, index) => ({ Key: `${index}`, Value: '' }));
  expect(await refusal(tag(many))).toMatchObject({ code: 'BadRequest', status: 400 });
  expect(await tags()).toBe('');
});

test('a copy has the tags of its source, unless others are given', async () => {
  await put({ Tagging: 'a=1' });
  const copy = async (more: Partial<s3.CopyObjectCommandInput>) =>
    client.send(
      new s3.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}`, ...more }),
    );
  await copy({ Tagging: 'ignored=1' });
  expect(await tags(undefined, 'copy')).toBe('a=1');
  await copy({ Tagging: 'b=2', TaggingDirective: 'REPLACE' });
  expect(await tags(undefined, 'copy')).toBe('b=2');
  await copy({ MetadataDirective: 'REPLACE' });
  expect(await tags(undefined, 'copy')).toBe('a=1');
  await copy({ TaggingDirective: 'REPLACE' });
  expect(await tags(undefined, 'copy')).toBe('');
});

test('an upload in parts keeps its tags until it is an object', async () => {
  const { UploadId } = await client.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key, Tagging: 'a=1' }),
  );
  const upload = { Bucket, Key, UploadId };
  const { ETag } = await client.send(
    new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }),
  );
  const Parts = [{ PartNumber: 1, ETag }];
  await client.send(
    new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
  );
  expect(await tags()).toBe('a=1');
});

test('each version has tags of its own, a delete marker has none', async () => {
  await client.send(
    new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  const one = await put({ Tagging: 'v=1' });
  const two = await put({ Tagging: 'v=2' });
  expect(await tags()).toBe('v=2');
  expect(await tag([{ Key: 'v', Value: 'one' }], one.VersionId)).toMatchObject({
    VersionId: one.VersionId,
  });
  expect(await tags(one.VersionId)).toBe('v=one');
  expect(await untag()).toMatchObject({ VersionId: two.VersionId });
  expect(await tags(two.VersionId)).toBe('');
  const gone = await client.send(new s3.DeleteObjectCommand({ Bucket, Key }));
  for (const id of [undefined, gone.VersionId]) {
    const refused = { code: 'MethodNotAllowed', status: 405, ResourceType: 'DeleteMarker' };
    expect(await refusal(tags(id))).toMatchObject({ ...refused, Method: 'GET' });
    expect(await refusal(tag([], id))).toMatchObject({ ...refused, Method: 'PUT' });
    expect(await refusal(untag(id))).toMatchObject({ ...refused, Method: 'DELETE' });
  }
  expect(await refusal(tags(undefined, 'no'))).toMatchObject({ code: 'NoSuchKey', Key: 'no' });
});

test('a bucket has tags as well', async () => {
  const get = async () => client.send(new s3.GetBucketTaggingCommand({ Bucket }));
  const set = async (TagSet: s3.Tag[]) =>
    client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect(await refusal(get())).toMatchObject({ code: 'NoSuchTagSet', status: 404 });
  const done = await set([
    { Key: 'b', Value: '' },
    { Key: 'a', Value: '1' },
  ]);
  expect(done.$metadata.httpStatusCode).toBe(204);
  expect((await get()).TagSet).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '' },
  ]);
  expect(await refusal(set([{ Key: 'aws:a', Value: '' }]))).toMatchObject({
    message: 'System tags cannot be added/updated by requester',
  });
  const many = Array.from({ length: 50 }, (_, index) => ({ Key: `${index}`, Value: '' }));
  await set(many);
  expect((await get()).TagSet).toHaveLength(50);
  await set([]);
  expect(await refusal(get())).toMatchObject({ code: 'NoSuchTagSet' });
  await set(many);
  await client.send(new s3.DeleteBucketTaggingCommand({ Bucket }));
  expect(await refusal(get())).toMatchObject({ code: 'NoSuchTagSet', BucketName: Bucket });
});

test('a bucket is created with its tags, and not again with others', async () => {
  const name = `${Bucket}-tagged`;
  const create = async (Tags: s3.Tag[]) =>
    client.send(new s3.CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { Tags } }));
  expect(await refusal(create([{ Key: 'aws:a', Value: '' }]))).toMatchObject({
    code: 'InvalidTag',
    message: expect.stringContaining('User-defined tag keys'),
  });
  await create([{ Key: 'a', Value: '1' }]);
  expect(await refusal(create([{ Key: 'a', Value: '1' }]))).toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
    status: 409,
  });
  await create([]);
  const { TagSet } = await client.send(new s3.GetBucketTaggingCommand({ Bucket: name }));
  expect(TagSet).toEqual([{ Key: 'a', Value: '1' }]);
});
