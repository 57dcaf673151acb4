import type { Identity } from '../auth/identity.ts';
import type { Acl, Grant, Group, Permission } from '../store/acl.ts';

const all = (group: Group, permission: Permission): Grant => ({
  grantee: { kind: 'group', group },
  permission,
});

const account = (id: string, permission: Permission): Grant => ({
  grantee: { kind: 'account', id },
  permission,
});

/** Who has a part in a canned ACL. */
export interface Parties {
  /** Of the bucket or the object that the ACL is for. */
  readonly owner: string;
  readonly bucketOwner: string;
}

/** The grants beside the owner's full control, by the ACL's name
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl). */
const canned: Readonly<Record<string, (parties: Parties) => Acl>> = {
  private: () => [],
  'public-read': () => [all('AllUsers', 'READ')],
  'public-read-write': () => [all('AllUsers', 'READ'), all('AllUsers', 'WRITE')],
  'authenticated-read': () => [all('AuthenticatedUsers', 'READ')],
  'bucket-owner-read': ({ bucketOwner }) => [account(bucketOwner, 'READ')],
  'bucket-owner-full-control': ({ bucketOwner }) => [account(bucketOwner, 'FULL_CONTROL')],
  // EC2 reads images by it; there is no such service here.
  'aws-exec-read': () => [],
  'log-delivery-write': () => [all('LogDelivery', 'WRITE'), all('LogDelivery', 'READ_ACP')],
};

/** A canned ACL written out; `undefined` for a name that is none. */
export function cannedAcl(name: string, parties: Parties): Acl | undefined {
  const grants = Object.hasOwn(canned, name) ? canned[name]?.(parties) : undefined;
  if (grants === undefined) return undefined;
  const own = account(parties.owner, 'FULL_CONTROL');
  const toGroups = grants.filter(({ grantee }) => grantee.kind === 'group');
  const toOthers = grants.filter(
    ({ grantee }) => grantee.kind === 'account' && grantee.id !== parties.owner,
  );
  return [...toGroups, own, ...toOthers];
}

/** What an ACL is when nobody wrote one. */
export const ownersAcl = (owner: string): Acl => [account(owner, 'FULL_CONTROL')];

/** Whether somebody has a permission by an ACL. Who owns something may always read and write its
 * ACL, so that nobody can lock himself out. */
export function grants(
  acl: Acl | undefined,
  owner: string,
  { identity, permission }: { identity: Identity; permission: Permission },
): boolean {
  const isOwner = identity.kind === 'account' && identity.account.id === owner;
  if (isOwner && (permission === 'READ_ACP' || permission === 'WRITE_ACP')) return true;
  return (acl ?? ownersAcl(owner)).some(
    (grant) =>
      (grant.permission === permission || grant.permission === 'FULL_CONTROL') &&
      isMeant(grant, identity),
  );
}

function isMeant({ grantee }: Grant, identity: Identity): boolean {
  if (grantee.kind === 'account') {
    return identity.kind === 'account' && identity.account.id === grantee.id;
  }
  if (grantee.group === 'AllUsers') return true;
  return grantee.group === 'AuthenticatedUsers' && identity.kind === 'account';
}

/** Whether strangers are granted something. */
export const isPublicAcl = (acl: Acl): boolean =>
  acl.some(({ grantee }) => grantee.kind === 'group' && grantee.group !== 'LogDelivery');

/** Without the grants to strangers. */
export const withoutPublic = (acl: Acl | undefined): Acl | undefined =>
  acl?.filter(({ grantee }) => grantee.kind !== 'group' || grantee.group === 'LogDelivery');
