import { describe, expect, test } from 'vitest';
import type { Identity } from '../auth/identity.ts';
import type { Acl } from '../store/acl.ts';
import type { BucketSettings } from '../store/bucket.ts';
import { openTestStore, putRequest } from '../store/store-for-tests.ts';
import { cannedAcl } from './acl.ts';
import { authorize } from './authorize.ts';

const account = (id: string): Identity => ({
  kind: 'account',
  account: { id, displayName: id, number: id.length === 5 ? '111122223333' : '444455556666' },
  accessKeyId: id,
});
const owner = account('owner');
const writer = account('writer');
const stranger = account('stranger');
const nobody: Identity = { kind: 'anonymous' };

async function world(settings: BucketSettings = {}, acl?: Acl) {
  const store = await openTestStore();
  const { buckets, bucket, objects } = store;
  await buckets.configure(bucket, settings);
  const own = putRequest('own', 'x');
  await objects.put(bucket, {
    ...own,
    attributes: { ...own.attributes, tags: [['team', 'blue']], ...(acl && { acl }) },
  });
  await objects.put(bucket, putRequest('foreign', 'x', { owner: 'writer' }));
  const now = (await buckets.find('bucket')) ?? bucket;
  const may = async (
    identity: Identity,
    action: string,
    key = '',
    conditions: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const given = new Map(Object.entries(conditions).map(([name, value]) => [name, [value]]));
    const question = { identity, action, bucket: now, key, conditions: () => given };
    const { allowed, reason } = await authorize(store, question);
    return `${allowed ? 'yes' : 'no'}: ${reason}`;
  };
  return { may, bucket: now };
}

const canned = (name: string, of = 'owner'): Acl =>
  cannedAcl(name, { owner: of, bucketOwner: 'owner' }) ?? [];

describe('without a word', () => {
  test("everything is the owner's, and nobody else's", async () => {
    const { may } = await world();
    for (const [action, key] of [
      ['s3:GetObject', 'own'],
      ['s3:PutObject', 'new'],
      ['s3:ListBucket', ''],
      ['s3:PutBucketPolicy', ''],
    ] as const) {
      expect(await may(owner, action, key)).toBe('yes: owner');
      expect(await may(stranger, action, key)).toBe('no: nothing-allows-it');
      expect(await may(nobody, action, key)).toBe('no: anonymous');
    }
  });

  test('whoever has an account may ask for what has no bucket', async () => {
    const { may: _, bucket } = await world();
    expect(bucket.name).toBe('bucket');
    const store = await openTestStore();
    const ask = { action: 's3:ListAllMyBuckets', bucket: undefined, key: '' };
    expect(await authorize(store, { ...ask, identity: stranger })).toMatchObject({ allowed: true });
    expect(await authorize(store, { ...ask, identity: nobody })).toMatchObject({ allowed: false });
  });
});

describe('by ACL', () => {
  test('a bucket that everybody may read is listed, and its objects are not read', async () => {
    const { may } = await world({ acl: canned('public-read') });
    expect(await may(nobody, 's3:ListBucket')).toBe('yes: bucket-acl');
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
    expect(await may(nobody, 's3:PutObject', 'new')).toBe('no: anonymous');
    expect(await may(nobody, 's3:GetBucketAcl')).toBe('no: anonymous');
    // Only who may list is told that a key is missing.
    expect(await may(nobody, 's3:GetObject', 'missing')).toBe('yes: bucket-acl');
  });

  test('an object that everybody may read is read, and a missing one looks forbidden', async () => {
    const { may } = await world({}, canned('public-read'));
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('yes: object-acl');
    expect(await may(nobody, 's3:GetObjectAcl', 'own')).toBe('no: anonymous');
    expect(await may(nobody, 's3:GetObject', 'missing')).toBe('no: anonymous');
  });

  test('who has an account is somebody', async () => {
    const { may } = await world({}, canned('authenticated-read'));
    expect(await may(stranger, 's3:GetObject', 'own')).toBe('yes: object-acl');
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
  });

  test('what others wrote is theirs, even in a bucket of somebody else', async () => {
    const { may } = await world({ acl: canned('public-read-write') });
    expect(await may(stranger, 's3:PutObject', 'new')).toBe('yes: bucket-acl');
    expect(await may(writer, 's3:GetObject', 'foreign')).toBe('yes: owner');
    expect(await may(owner, 's3:GetObject', 'foreign')).toBe('no: nothing-allows-it');
    expect(await may(owner, 's3:GetObject', 'own')).toBe('yes: owner');
  });

  test('an owner can always read and write the ACL', async () => {
    const { may } = await world({ acl: [] });
    expect(await may(owner, 's3:PutBucketAcl')).toBe('yes: owner');
  });

  test('where the owner of the bucket owns everything, no ACL counts', async () => {
    const { may } = await world(
      { ownership: 'BucketOwnerEnforced', acl: canned('public-read-write') },
      canned('public-read'),
    );
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
    expect(await may(owner, 's3:GetObject', 'foreign')).toBe('yes: owner');
    expect(await may(writer, 's3:GetObject', 'foreign')).toBe('no: nothing-allows-it');
  });

  test('public grants are ignored where they are to be', async () => {
    const { may } = await world(
      { publicAccessBlock: { IgnorePublicAcls: true }, acl: canned('public-read') },
      canned('public-read'),
    );
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
    expect(await may(nobody, 's3:ListBucket')).toBe('no: anonymous');
  });
});

const policy = (...statements: readonly object[]): BucketSettings => ({
  policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
});
const everybody = { Effect: 'Allow', Principal: '*', Resource: 'arn:aws:s3:::bucket/*' };

describe('by policy', () => {
  test('what is allowed is allowed, and no more', async () => {
    const { may } = await world(policy({ ...everybody, Action: 's3:GetObject' }));
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('yes: policy');
    expect(await may(nobody, 's3:PutObject', 'new')).toBe('no: anonymous');
    expect(await may(nobody, 's3:ListBucket')).toBe('no: anonymous');
    // The policy is the bucket owner's; what others wrote is not.
    expect(await may(nobody, 's3:GetObject', 'foreign')).toBe('no: anonymous');
  });

  test('a refusal outweighs everything but the way to the policy', async () => {
    const { may } = await world(
      policy(
        { ...everybody, Action: '*', Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'] },
        { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::bucket*' },
      ),
    );
    expect(await may(owner, 's3:GetObject', 'own')).toBe('no: policy-deny');
    expect(await may(owner, 's3:ListBucket')).toBe('no: policy-deny');
    expect(await may(owner, 's3:DeleteBucketPolicy')).toBe('yes: owner');
    expect(await may(stranger, 's3:DeleteBucketPolicy')).toBe('no: policy-deny');
  });

  test.each([
    ['arn:aws:iam::444455556666:root', true],
    ['444455556666', true],
    ['stranger', true],
    ['arn:aws:iam:::user/stranger', true],
    ['arn:aws:iam::111122223333:root', false],
    ['arn:aws:iam::444455556666:role/x', false],
    ['strange*', false],
  ])('the principal %s names the stranger: %s', async (AWS, named) => {
    const { may } = await world(
      policy({ ...everybody, Principal: { AWS }, Action: 's3:GetObject' }),
    );
    expect(await may(stranger, 's3:GetObject', 'own')).toBe(
      named ? 'yes: policy' : 'no: nothing-allows-it',
    );
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
  });

  test('all but these', async () => {
    const { may } = await world(
      policy({
        Effect: 'Allow',
        Principal: '*',
        NotAction: 's3:PutObject',
        NotResource: 'arn:aws:s3:::bucket/foreign',
      }),
    );
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('yes: policy');
    expect(await may(nobody, 's3:PutObject', 'own')).toBe('no: anonymous');
    expect(await may(nobody, 's3:PutObject', 'foreign')).toBe('no: anonymous');
  });

  test('a condition that is not understood never grants, and always refuses', async () => {
    const Condition = { StringEquals: { 'aws:MoonPhase': 'full' } };
    const strange = { Condition: { Frobnicate: { 'aws:Referer': 'x' } } };
    for (const condition of [{ Condition }, strange]) {
      const allowing = await world(policy({ ...everybody, Action: 's3:GetObject', ...condition }));
      expect(await allowing.may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
      const refusing = await world(
        policy({ ...everybody, Effect: 'Deny', Action: 's3:GetObject', ...condition }),
      );
      expect(await refusing.may(owner, 's3:GetObject', 'own')).toBe('no: policy-deny');
    }
  });

  test.each([
    [{ StringEquals: { 's3:ExistingObjectTag/team': 'blue' } }, {}, true],
    [{ StringEquals: { 's3:ExistingObjectTag/team': ['red', 'green'] } }, {}, false],
    [
      { StringLike: { 'aws:Referer': 'https://app.example/*' } },
      { 'aws:referer': 'https://app.example/x' },
      true,
    ],
    [{ StringLike: { 'aws:Referer': 'https://app.example/*' } }, {}, false],
    [{ StringNotEquals: { 's3:prefix': 'a' } }, { 's3:prefix': 'b' }, true],
    [{ StringNotEquals: { 's3:prefix': 'a' } }, { 's3:prefix': 'a' }, false],
    [{ StringEqualsIfExists: { 's3:prefix': 'a' } }, {}, true],
    [{ Null: { 's3:prefix': 'true' } }, {}, true],
    [{ Null: { 's3:prefix': 'false' } }, {}, false],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': '::ffff:10.1.2.3' }, true],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': '11.1.2.3' }, false],
    [{ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': '11.1.2.3' }, true],
    [{ IpAddress: { 'aws:SourceIp': 'nonsense/99' } }, { 'aws:sourceip': '10.1.2.3' }, false],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, true],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:securetransport': 'false' }, true],
  ])('the condition %j with %j: %s', async (Condition, given, holds) => {
    const { may } = await world(policy({ ...everybody, Action: 's3:GetObject', Condition }));
    expect(await may(nobody, 's3:GetObject', 'own', given)).toBe(
      holds ? 'yes: policy' : 'no: anonymous',
    );
  });

  test('a public policy counts for the owner only where public buckets are restricted', async () => {
    const { may } = await world({
      ...policy({ ...everybody, Action: 's3:GetObject' }),
      publicAccessBlock: { RestrictPublicBuckets: true },
    });
    expect(await may(nobody, 's3:GetObject', 'own')).toBe('no: anonymous');
    expect(await may(owner, 's3:GetObject', 'own')).toBe('yes: owner');
  });
});
