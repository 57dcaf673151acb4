import type { Grant as GrantDocument, Owner } from '@aws-sdk/client-s3';
import { ownersAcl } from '../access/acl.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Acl, Grant } from '../store/acl.ts';
import { groupUri } from './acl-input.ts';
import { ownerOf } from './listing-output.ts';

/** What GetBucketAcl and GetObjectAcl answer. */
export function aclOutput(
  acl: Acl | undefined,
  owner: string,
  accounts: Accounts,
): { readonly Owner: Owner; readonly Grants: GrantDocument[] } {
  return {
    Owner: ownerOf(owner, accounts),
    Grants: (acl ?? ownersAcl(owner)).map((grant) => grantOutput(grant, accounts)),
  };
}

function grantOutput({ grantee, permission }: Grant, accounts: Accounts): GrantDocument {
  return {
    Grantee:
      grantee.kind === 'group'
        ? { Type: 'Group', URI: groupUri(grantee.group) }
        : { Type: 'CanonicalUser', ...ownerOf(grantee.id, accounts) },
    Permission: permission,
  };
}
