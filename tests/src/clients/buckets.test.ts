import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOwnCauseway } from '../causeway.ts';
import { newBucket, refusal, sdk } from '../sdk.ts';

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let client: s3.S3Client;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  client = sdk(causeway);
});
afterAll(async () => {
  client?.destroy();
  await causeway?.close();
});

test('a new server has no buckets, and names its owner', async () => {
  const answer = await client.send(new s3.ListBucketsCommand({}));
  expect(answer.Buckets ?? []).toEqual([]);
  expect(answer.Owner?.ID).toBeTruthy();
});

test('a bucket is there from its creation to its deletion', async () => {
  const before = Date.now() - 1000;
  const created = await client.send(new s3.CreateBucketCommand({ Bucket: 'life-of-a-bucket' }));
  expect(created.Location).toBe('/life-of-a-bucket');
  await client.send(new s3.HeadBucketCommand({ Bucket: 'life-of-a-bucket' }));
  const { Buckets = [] } = await client.send(new s3.ListBucketsCommand({}));
  const listed = Buckets.find(({ Name }) => Name === 'life-of-a-bucket');
  expect(listed?.CreationDate?.getTime()).toBeGreaterThanOrEqual(before);
  expect(listed?.CreationDate?.getTime()).toBeLessThanOrEqual(Date.now() + 1000);

  const deleted = await client.send(new s3.DeleteBucketCommand({ Bucket: 'life-of-a-bucket' }));
  expect(deleted.$metadata.httpStatusCode).toBe(204);
  expect(
    await refusal(client.send(new s3.HeadBucketCommand({ Bucket: 'life-of-a-bucket' }))),
  ).toMatchObject({ code: 'NotFound', status: 404 });
});

test('buckets are listed by name', async () => {
  for (const Bucket of ['order-b', 'order-a.x', 'order-a', 'order-a-x']) {
    await client.send(new s3.CreateBucketCommand({ Bucket }));
  }
  const { Buckets = [] } = await client.send(new s3.ListBucketsCommand({}));
  const names = Buckets.map(({ Name }) => Name).filter((name) => name?.startsWith('order-'));
  expect(names).toEqual(['order-a', 'order-a-x', 'order-a.x', 'order-b']);
});

test('the second creation by its owner succeeds in us-east-1, and is refused elsewhere', async () => {
  const Bucket = await newBucket(client);
  const again = await client.send(new s3.CreateBucketCommand({ Bucket }));
  expect(again.$metadata.httpStatusCode).toBe(200);
  const elsewhere = {
    Bucket: 'in-frankfurt',
    CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
  } as const;
  await client.send(new s3.CreateBucketCommand(elsewhere));
  expect(await refusal(client.send(new s3.CreateBucketCommand(elsewhere)))).toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
    status: 409,
  });
});

test.each(['ab', 'UPPER', 'under_score', '192.168.0.1', 'a..b', '-a-b', 'a-b-', 'x'.repeat(64)])(
  'the bucket name %s is refused',
  async (Bucket) => {
    expect(await refusal(client.send(new s3.CreateBucketCommand({ Bucket })))).toMatchObject({
      code: 'InvalidBucketName',
      status: 400,
    });
  },
);

test('a bucket that holds something is not deleted', async () => {
  const Bucket = await newBucket(client);
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  expect(await refusal(client.send(new s3.DeleteBucketCommand({ Bucket })))).toMatchObject({
    code: 'BucketNotEmpty',
    status: 409,
  });
  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'a' }));
  await client.send(new s3.DeleteBucketCommand({ Bucket }));
});

test('a bucket that is made again after its deletion is empty and has no CORS configuration', async () => {
  const Bucket = await newBucket(client);
  await client.send(
    new s3.PutBucketCorsCommand({
      Bucket,
      CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
    }),
  );
  await client.send(new s3.DeleteBucketCommand({ Bucket }));
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket }));
  expect(Contents).toEqual([]);
  expect(await refusal(client.send(new s3.GetBucketCorsCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchCORSConfiguration',
    status: 404,
  });
});

test('the location of a bucket of us-east-1 is empty, and that of others is told', async () => {
  const Bucket = await newBucket(client);
  const here = await client.send(new s3.GetBucketLocationCommand({ Bucket }));
  expect(here.LocationConstraint ?? '').toBe('');
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-3' } as const;
  await client.send(new s3.CreateBucketCommand({ Bucket: 'in-paris', CreateBucketConfiguration }));
  const there = await client.send(new s3.GetBucketLocationCommand({ Bucket: 'in-paris' }));
  expect(there.LocationConstraint).toBe('eu-west-3');
  const head = await client.send(new s3.HeadBucketCommand({ Bucket: 'in-paris' }));
  expect(head.BucketRegion).toBe('eu-west-3');
});

test('every operation on a bucket that is not there answers NoSuchBucket', async () => {
  const Bucket = 'no-such-bucket';
  const CopySource = 'no-such-bucket/a';
  const calls: Record<string, () => Promise<unknown>> = {
    DeleteBucket: async () => client.send(new s3.DeleteBucketCommand({ Bucket })),
    GetBucketLocation: async () => client.send(new s3.GetBucketLocationCommand({ Bucket })),
    GetBucketCors: async () => client.send(new s3.GetBucketCorsCommand({ Bucket })),
    ListObjects: async () => client.send(new s3.ListObjectsCommand({ Bucket })),
    ListObjectsV2: async () => client.send(new s3.ListObjectsV2Command({ Bucket })),
    ListMultipartUploads: async () => client.send(new s3.ListMultipartUploadsCommand({ Bucket })),
    GetObject: async () => client.send(new s3.GetObjectCommand({ Bucket, Key: 'a' })),
    PutObject: async () => client.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })),
    DeleteObject: async () => client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'a' })),
    CopyObject: async () => client.send(new s3.CopyObjectCommand({ Bucket, Key: 'a', CopySource })),
    CreateMultipartUpload: async () =>
      client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'a' })),
  };
  for (const [name, call] of Object.entries(calls)) {
    expect({ ...(await refusal(call())), operation: name }).toMatchObject({
      operation: name,
      code: 'NoSuchBucket',
      status: 404,
      BucketName: Bucket,
    });
  }
});

test('the list of buckets can be read page by page', async () => {
  const names: string[] = [];
  let ContinuationToken: string | undefined;
  let pages = 0;
  do {
    const page = await client.send(
      new s3.ListBucketsCommand({ MaxBuckets: 2, Prefix: 'order-', ContinuationToken }),
    );
    expect(page.Buckets?.length).toBeLessThanOrEqual(2);
    names.push(...(page.Buckets ?? []).map(({ Name = '' }) => Name));
    ContinuationToken = page.ContinuationToken;
    pages += 1;
  } while (ContinuationToken !== undefined && pages < 10);
  expect(names).toEqual(['order-a', 'order-a-x', 'order-a.x', 'order-b']);
  expect(pages).toBe(2);
});
