import { expect, test } from 'vitest';
import type { Identity } from '../auth/identity.ts';
import { putRequest } from '../store/store-for-tests.ts';
import { openTestServer, owner, type TestInput } from './context-for-tests.ts';
import { createBucket } from './create-bucket.ts';
import { deleteBucket } from './delete-bucket.ts';
import { getBucketLocation } from './get-bucket-location.ts';
import { headBucket } from './head-bucket.ts';
import { listBuckets } from './list-buckets.ts';

const stranger: Identity = {
  kind: 'account',
  account: { id: 'stranger', displayName: 'stranger' },
  accessKeyId: 'AKIB',
};

async function openServer() {
  const server = await openTestServer();
  const { context } = server;
  return {
    ...server,
    create: (Bucket: string, input: TestInput<'CreateBucket'> = {}, identity = owner) =>
      createBucket.run({
        ...context<'CreateBucket'>(input, { key: '', identity }),
        input: { ...context<'CreateBucket'>(input).input, Bucket },
      }),
    list: (input: TestInput<'ListBuckets'> = {}, identity = owner) =>
      listBuckets.run(context<'ListBuckets'>(input, { key: '', identity })),
  };
}

const inRegion = (LocationConstraint: string) => ({
  CreateBucketConfiguration: { LocationConstraint },
});

test('a bucket is created in the region of its constraint, else in that of the server', async () => {
  const { create, store, context } = await openServer();
  const table = [
    ['plain', {}, 'us-east-1', undefined],
    ['empty', inRegion(''), 'us-east-1', undefined],
    ['europe', inRegion('EU'), 'eu-west-1', 'eu-west-1'],
    ['paris', inRegion('eu-west-3'), 'eu-west-3', 'eu-west-3'],
    ['own', inRegion('garage'), 'garage', 'garage'],
  ] as const;
  for (const [name, input, region, constraint] of table) {
    expect(await create(name, input)).toEqual({ Location: `/${name}` });
    const bucket = await store.buckets.find(name);
    if (bucket === undefined) throw new Error('the bucket is not there');
    expect(bucket).toMatchObject({ region, owner: 'owner' });
    expect(await headBucket.run({ ...context<'HeadBucket'>({}), bucket })).toEqual({
      BucketRegion: region,
      BucketArn: `arn:aws:s3:::${name}`,
    });
    expect(await getBucketLocation.run({ ...context<'GetBucketLocation'>({}), bucket })).toEqual(
      constraint === undefined ? {} : { LocationConstraint: constraint },
    );
  }
  await expect(create('wrong', inRegion('no region!'))).rejects.toMatchObject({
    code: 'InvalidLocationConstraint',
  });
});

test('creating a bucket again: 200 in the first region, 409 elsewhere and for others', async () => {
  const { create } = await openServer();
  await create('first');
  await create('first');
  await create('paris', inRegion('eu-west-3'));
  const owned = { code: 'BucketAlreadyOwnedByYou', fields: { BucketName: 'paris' } };
  await expect(create('paris', inRegion('eu-west-3'))).rejects.toMatchObject(owned);
  await expect(create('paris')).rejects.toMatchObject(owned);
  await expect(create('first', inRegion('eu-west-3'))).rejects.toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
  });
  await expect(create('first', {}, stranger)).rejects.toMatchObject({
    code: 'BucketAlreadyExists',
    fields: { BucketName: 'first' },
  });
});

test('what would be forgotten is refused by name and creates nothing', async () => {
  const { create, store } = await openServer();
  const table = [
    [{ ObjectLockEnabledForBucket: true }, 'x-amz-bucket-object-lock-enabled'],
    [{ BucketNamespace: 'account-regional' }, 'x-amz-bucket-namespace'],
  ] as const;
  for (const [input, Header] of table) {
    await expect(create('name', input)).rejects.toMatchObject({
      code: 'NotImplemented',
      fields: { Header },
    });
  }
  const located = { CreateBucketConfiguration: { Location: { Type: 'LocalZone' } } };
  await expect(create('name', located)).rejects.toMatchObject({ code: 'NotImplemented' });
  await expect(create('name', { ObjectOwnership: '?' })).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
  await expect(create('No')).rejects.toMatchObject({
    code: 'InvalidBucketName',
    fields: { BucketName: 'No' },
  });
  expect(await store.buckets.find('name')).toBeUndefined();
  await create('name', {
    ACL: 'private',
    ObjectLockEnabledForBucket: false,
    ObjectOwnership: 'BucketOwnerEnforced',
  });
});

test('a bucket with an object in it is not deleted', async () => {
  const { store, bucket, context } = await openServer();
  const remove = () => deleteBucket.run(context<'DeleteBucket'>({}));
  await store.objects.put(bucket, putRequest('key', 'body'));
  await expect(remove()).rejects.toMatchObject({
    code: 'BucketNotEmpty',
    fields: { BucketName: 'bucket' },
  });
  await store.objects.remove(bucket, 'key');
  expect(await remove()).toEqual({});
  await expect(remove()).rejects.toMatchObject({ code: 'NoSuchBucket' });
});

test('an account lists its own buckets, all at once or in pages', async () => {
  const { create, list } = await openServer();
  for (const name of ['b-1', 'b-2', 'b-3']) await create(name);
  await create('eu-1', inRegion('eu-west-3'));
  await create('theirs', {}, stranger);
  const names = (output: Awaited<ReturnType<typeof list>>) =>
    output.Buckets?.map(({ Name }) => Name);

  const all = await list();
  expect(all).toMatchObject({ Owner: { ID: 'owner', DisplayName: 'owner' } });
  expect(all.ContinuationToken).toBeUndefined();
  expect(names(all)).toEqual(['b-1', 'b-2', 'b-3', 'bucket', 'eu-1']);
  expect(all.Buckets?.[4]).toEqual({
    Name: 'eu-1',
    CreationDate: new Date(Date.UTC(2026, 0, 1)),
    BucketRegion: 'eu-west-3',
  });

  const first = await list({ Prefix: 'b', MaxBuckets: 3 });
  expect(names(first)).toEqual(['b-1', 'b-2', 'b-3']);
  expect(first.Prefix).toBe('b');
  const token = first.ContinuationToken;
  expect(names(await list({ Prefix: 'b', MaxBuckets: 3, ContinuationToken: token }))).toEqual([
    'bucket',
  ]);
  expect(names(await list({ BucketRegion: 'eu-west-3', MaxBuckets: 1 }))).toEqual(['eu-1']);
  const regional = await list({ BucketRegion: 'us-east-1', MaxBuckets: 3 });
  expect(names(regional)).toEqual(['b-1', 'b-2', 'b-3']);
  expect(regional.ContinuationToken).toBe(token);

  await expect(list({ ContinuationToken: token }, stranger)).rejects.toMatchObject({
    code: 'InvalidArgument',
  });
  for (const MaxBuckets of [0, -1, 10_001]) {
    await expect(list({ MaxBuckets })).rejects.toMatchObject({
      code: 'InvalidArgument',
      fields: { ArgumentName: 'max-buckets', ArgumentValue: MaxBuckets },
    });
  }
});
