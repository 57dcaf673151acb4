import type { Identity } from '../auth/identity.ts';
import type { Bucket } from '../store/bucket.ts';
import type { StoredObject } from '../store/object.ts';
import type { Store } from '../store/store.ts';
import { grants, withoutPublic } from './acl.ts';
import { evaluatePolicy, isPublicPolicy } from './evaluate-policy.ts';
import { actionOn, aclPermission, readsObject } from './permissions.ts';
import { parsePolicy, type Policy } from './policy-document.ts';

/** One decision that carries its reason: the reason goes into the log, never to the client. */
export interface AccessDecision {
  readonly allowed: boolean;
  readonly reason:
    | 'owner'
    | 'own-account'
    | 'anonymous'
    | 'policy'
    | 'policy-deny'
    | 'bucket-acl'
    | 'object-acl'
    | 'nothing-allows-it';
}

/** Who wants to do what. */
export interface AccessQuestion {
  readonly identity: Identity;
  /** The IAM action: `s3:GetObject`. */
  readonly action: string;
  /** The addressed bucket; undefined for the service and for a bucket that is not there. */
  readonly bucket: Bucket | undefined;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly versionId?: string | undefined;
  /** What conditions of policies ask about, by key in lower case. */
  readonly conditions?: (() => ReadonlyMap<string, readonly string[]>) | undefined;
}

const allowed = (reason: AccessDecision['reason']): AccessDecision => ({ allowed: true, reason });
const denied = (reason: AccessDecision['reason']): AccessDecision => ({ allowed: false, reason });
const ownAccount = allowed('own-account');
const owner = allowed('owner');
const anonymous = denied('anonymous');

/**
 * Whether somebody may do something. A policy's refusal outweighs everything; then the owner may do
 * everything with what is theirs, and others what the policy or an ACL allows
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html).
 */
export async function authorize(store: Store, question: AccessQuestion): Promise<AccessDecision> {
  const { identity, bucket } = question;
  if (bucket === undefined) return identity.kind === 'anonymous' ? anonymous : ownAccount;
  const isOwner = identity.kind === 'account' && identity.account.id === bucket.owner;
  // By far the most requests: nobody else has anything to do with the bucket.
  if (isOwner && bucket.policy === undefined && !isShared(bucket)) return owner;
  return weigh(store, question, bucket, isOwner);
}

async function weigh(
  store: Store,
  question: AccessQuestion,
  bucket: Bucket,
  isOwner: boolean,
): Promise<AccessDecision> {
  const { identity, key, versionId } = question;
  const action = actionOn(question.action, versionId);
  const policy = policyOf(bucket);
  const isAboutObject = key !== '' && readsObject(action);
  const object = isAboutObject ? await read(store, bucket, question) : undefined;
  const verdict =
    policy &&
    evaluatePolicy(policy, {
      identity,
      action,
      resource: `arn:aws:s3:::${bucket.name}${key === '' ? '' : `/${key}`}`,
      conditions: withTags(question.conditions?.(), object),
    });
  // An owner who denied everything to everybody still gets at the policy.
  if (verdict === 'Deny' && !(isOwner && action.endsWith('BucketPolicy')))
    return denied('policy-deny');

  if (isAboutObject) {
    if (object === undefined) return missing(store, question, isOwner);
    if (ownsObject(identity, object, bucket)) return owner;
    if (
      verdict === 'Allow' &&
      isUnrestricted(bucket, policy, identity) &&
      object.owner === bucket.owner
    ) {
      return allowed('policy');
    }
    const wanted = aclPermission(action);
    const acl = heeded(bucket, object.acl);
    if (wanted && enforcesNoOwner(bucket) && grants(acl, object.owner, { identity, ...wanted })) {
      return allowed('object-acl');
    }
    return identity.kind === 'anonymous' ? anonymous : denied('nothing-allows-it');
  }
  if (isOwner) return owner;
  if (verdict === 'Allow' && isUnrestricted(bucket, policy, identity)) return allowed('policy');
  const wanted = aclPermission(action);
  if (
    wanted?.on === 'bucket' &&
    enforcesNoOwner(bucket) &&
    grants(heeded(bucket, bucket.acl), bucket.owner, { identity, ...wanted })
  ) {
    return allowed('bucket-acl');
  }
  return identity.kind === 'anonymous' ? anonymous : denied('nothing-allows-it');
}

/** Whether objects of others may be in it: then its owner does not own everything there. */
function isShared({ acl, owner }: Bucket): boolean {
  return (
    acl?.some(
      ({ grantee, permission }) =>
        (permission === 'WRITE' || permission === 'FULL_CONTROL') &&
        (grantee.kind === 'group' || grantee.id !== owner),
    ) === true
  );
}

/** ACLs count, unless the bucket's owner owns everything in it. */
const enforcesNoOwner = ({ ownership }: Bucket): boolean => ownership !== 'BucketOwnerEnforced';

function ownsObject(identity: Identity, object: StoredObject, bucket: Bucket): boolean {
  if (identity.kind !== 'account') return false;
  return identity.account.id === (enforcesNoOwner(bucket) ? object.owner : bucket.owner);
}

async function read(
  store: Store,
  bucket: Bucket,
  { key, versionId }: AccessQuestion,
): Promise<StoredObject | undefined> {
  const wanted = { bytes: false, ...(versionId !== undefined && { versionId }) };
  return (await store.objects.open(bucket, key, wanted))?.object;
}

/** Only who may list the bucket is told that an object is not there. */
async function missing(
  store: Store,
  question: AccessQuestion,
  isOwner: boolean,
): Promise<AccessDecision> {
  if (isOwner) return owner;
  return authorize(store, { ...question, action: 's3:ListBucket', key: '', versionId: undefined });
}

/** Whether a permission of the policy counts: a public one may be restricted to the owner. */
function isUnrestricted(bucket: Bucket, policy: Policy | undefined, identity: Identity): boolean {
  if (bucket.publicAccessBlock?.RestrictPublicBuckets !== true) return true;
  const isOwner = identity.kind === 'account' && identity.account.id === bucket.owner;
  return isOwner || policy === undefined || !isPublicPolicy(policy);
}

const heeded = (bucket: Bucket, acl: StoredObject['acl']): StoredObject['acl'] =>
  bucket.publicAccessBlock?.IgnorePublicAcls === true ? withoutPublic(acl) : acl;

/** What conditions ask about, with the tags of the object. */
function withTags(
  conditions: ReadonlyMap<string, readonly string[]> | undefined,
  object: StoredObject | undefined,
): ReadonlyMap<string, readonly string[]> {
  const all = new Map(conditions);
  for (const [key, value] of object?.tags ?? []) {
    all.set(`s3:existingobjecttag/${key.toLowerCase()}`, [value]);
  }
  return all;
}

const policies = new WeakMap<Bucket, Policy>();

/** The policy of a bucket; it was judged when it was stored. */
export function policyOf(bucket: Bucket): Policy | undefined {
  if (bucket.policy === undefined) return undefined;
  let policy = policies.get(bucket);
  if (policy === undefined) {
    policy = parsePolicy(bucket.policy, bucket.name);
    policies.set(bucket, policy);
  }
  return policy;
}
