import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as s3 from '@aws-sdk/client-s3';
import { readConfig } from '@causeway/server/config';
import { runServer, type RunningServer } from '@causeway/server/run';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newBucket, refusal, sdk } from '../sdk.ts';

// Three accounts and strangers, over the wire.
const alice = {
  id: 'a'.repeat(64),
  displayName: 'alice',
  email: 'alice@example.com',
  number: '111111111111',
};
const bob = {
  id: 'b'.repeat(64),
  displayName: 'bob',
  email: 'bob@example.com',
  number: '222222222222',
};
const keyOf = (name: string) => ({
  accessKeyId: `KEY-${name}`,
  secretAccessKey: `secret-of-${name}`,
});

let directory: string;
let server: RunningServer;
let as: Record<'alice' | 'bob', s3.S3Client>;
let Bucket: string;
const Key = 'key';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-sharing-'));
  const file = join(directory, 'accounts.json');
  const accounts = [alice, bob].map((each) => ({ ...each, keys: [keyOf(each.displayName)] }));
  await writeFile(file, JSON.stringify({ accounts }));
  server = await runServer(
    readConfig({
      flags: { '--listen': '127.0.0.1:0', '--data': 'memory:', '--accounts': file, '--log': 'off' },
      environment: {},
      terminal: false,
    }),
  );
  const client = (name: string) => sdk({ url: server.url, credentials: keyOf(name) });
  as = { alice: client('alice'), bob: client('bob') };
});
afterAll(async () => {
  for (const client of Object.values(as ?? {})) client.destroy();
  await server?.close();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  Bucket = await newBucket(as.alice);
});

const put = async (client: s3.S3Client, more: Partial<s3.PutObjectCommandInput> = {}) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'body', ...more }));
const read = async (client: s3.S3Client) => {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};
const stranger = async (path: string, init: RequestInit = {}): Promise<number> =>
  (await fetch(`${server.url}/${path}`, init)).status;

test('accounts have buckets of their own', async () => {
  await put(as.alice);
  expect(await refusal(read(as.bob))).toMatchObject({ code: 'AccessDenied', status: 403 });
  const { Buckets = [], Owner } = await as.bob.send(new s3.ListBucketsCommand({}));
  expect([Buckets.length, Owner?.DisplayName]).toEqual([0, 'bob']);
  expect(await refusal(as.bob.send(new s3.CreateBucketCommand({ Bucket })))).toMatchObject({
    code: 'BucketAlreadyExists',
  });
  expect(await stranger(`${Bucket}/${Key}`)).toBe(403);
});

test('an object that everybody may read is read by everybody, and by nobody changed', async () => {
  await put(as.alice, { ACL: 'public-read' });
  expect(await stranger(`${Bucket}/${Key}`)).toBe(200);
  expect(await stranger(`${Bucket}/${Key}`, { method: 'DELETE' })).toBe(403);
  expect(await stranger(Bucket)).toBe(403);
  const { Grants, Owner } = await as.alice.send(new s3.GetObjectAclCommand({ Bucket, Key }));
  expect(Owner).toEqual({ ID: alice.id, DisplayName: 'alice' });
  expect(Grants).toEqual([
    {
      Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
      Permission: 'READ',
    },
    {
      Grantee: { Type: 'CanonicalUser', ID: alice.id, DisplayName: 'alice' },
      Permission: 'FULL_CONTROL',
    },
  ]);
});

test('a grant names an account by id or by address, and an owner takes it back', async () => {
  await put(as.alice, { GrantRead: 'emailAddress="bob@example.com"' });
  expect(await read(as.bob)).toBe('body');
  await as.alice.send(new s3.PutObjectAclCommand({ Bucket, Key, ACL: 'private' }));
  expect(await refusal(read(as.bob))).toMatchObject({ code: 'AccessDenied' });
  expect(
    await refusal(as.bob.send(new s3.PutObjectAclCommand({ Bucket, Key, ACL: 'public-read' }))),
  ).toMatchObject({ code: 'AccessDenied' });
  expect(
    await refusal(put(as.alice, { GrantRead: 'emailAddress="carol@example.com"' })),
  ).toMatchObject({ code: 'UnresolvableGrantByEmailAddress' });
  expect(await refusal(put(as.alice, { ACL: 'private', GrantRead: `id=${bob.id}` }))).toMatchObject(
    { code: 'InvalidRequest' },
  );
});

test('what bob writes into a bucket of alice is his, unless he hands it over', async () => {
  const control = {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] },
  };
  await as.alice.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, ...control }));
  await as.alice.send(new s3.PutBucketAclCommand({ Bucket, GrantWrite: `id=${bob.id}` }));
  await put(as.bob);
  expect(await refusal(read(as.alice))).toMatchObject({ code: 'AccessDenied' });
  await put(as.bob, { ACL: 'bucket-owner-full-control' });
  expect(await read(as.alice)).toBe('body');
});

test('a policy lets bob in, and keeps alice herself out', async () => {
  await put(as.alice);
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const policy = (...Statement: object[]) =>
    as.alice.send(
      new s3.PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  const Principal = { AWS: `arn:aws:iam::${bob.number}:root` };
  await policy({ Effect: 'Allow', Principal, Action: ['s3:GetObject', 's3:ListBucket'], Resource });
  expect(await read(as.bob)).toBe('body');
  expect(await refusal(put(as.bob))).toMatchObject({ code: 'AccessDenied' });
  await policy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource });
  expect(await refusal(read(as.alice))).toMatchObject({ code: 'AccessDenied' });
  await as.alice.send(new s3.DeleteBucketPolicyCommand({ Bucket }));
  expect(await read(as.alice)).toBe('body');
  expect(await refusal(policy({ Effect: 'Maybe' }))).toMatchObject({ code: 'MalformedPolicy' });
  expect(await refusal(as.alice.send(new s3.GetBucketPolicyCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchBucketPolicy',
  });
});

test('many are deleted as far as each may be', async () => {
  await put(as.alice);
  await put(as.alice, { Key: 'other' });
  const Policy = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:DeleteObject',
      Resource: `arn:aws:s3:::${Bucket}/other`,
    },
  });
  await as.alice.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  const Delete = { Objects: [{ Key }, { Key: 'other' }] };
  const { Deleted, Errors } = await as.bob.send(new s3.DeleteObjectsCommand({ Bucket, Delete }));
  expect(Deleted).toMatchObject([{ Key: 'other' }]);
  expect(Errors).toMatchObject([{ Key, Code: 'AccessDenied' }]);
});

test('public access is blocked, and what is there already is ignored', async () => {
  await put(as.alice, { ACL: 'public-read' });
  await as.alice.send(
    new s3.PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  expect(await stranger(`${Bucket}/${Key}`)).toBe(403);
  expect(await refusal(put(as.alice, { ACL: 'public-read' }))).toMatchObject({
    code: 'AccessDenied',
  });
  const Policy = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:*',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    },
  });
  expect(
    await refusal(as.alice.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }))),
  ).toMatchObject({ code: 'AccessDenied' });
});
