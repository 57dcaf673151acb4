import type {
  AccessControlPolicy,
  Grant as GrantDocument,
  Grantee as GranteeDocument,
} from '@aws-sdk/client-s3';
import { cannedAcl, isPublicAcl, type Parties } from '../access/acl.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Acl, Grant, Grantee, Group, Permission } from '../store/acl.ts';
import type { Bucket } from '../store/bucket.ts';

/** The groups that Amazon has, by their URI. */
const groups: Readonly<Record<string, Group>> = {
  'http://acs.amazonaws.com/groups/global/AllUsers': 'AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers': 'AuthenticatedUsers',
  'http://acs.amazonaws.com/groups/s3/LogDelivery': 'LogDelivery',
};

export const groupUri = (group: Group): string =>
  Object.keys(groups).find((uri) => groups[uri] === group) ?? group;

const permissions: ReadonlySet<string> = new Set<Permission>([
  'READ',
  'WRITE',
  'READ_ACP',
  'WRITE_ACP',
  'FULL_CONTROL',
]);

const grantHeaders: readonly (readonly [header: string, permission: Permission])[] = [
  ['x-amz-grant-full-control', 'FULL_CONTROL'],
  ['x-amz-grant-read', 'READ'],
  ['x-amz-grant-write', 'WRITE'],
  ['x-amz-grant-read-acp', 'READ_ACP'],
  ['x-amz-grant-write-acp', 'WRITE_ACP'],
];

/** What a request that may say an ACL is read with. */
export interface AclContext {
  readonly request: Pick<HttpRequest, 'headers'>;
  readonly accounts: Accounts;
  /** The bucket that the ACL, or the object that it is for, is in; undefined while it is made. */
  readonly bucket: Bucket | undefined;
  readonly parties: Parties;
}

/**
 * The ACL that a request's headers say: a canned one, or grants; `undefined` when they say none
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#setting-acls).
 *
 * Throws S3Error: InvalidArgument, InvalidRequest for both kinds, UnresolvableGrantByEmailAddress,
 * AccessControlListNotSupported where the bucket's owner owns everything, AccessDenied for a public
 * one where that is blocked.
 */
export function aclOfHeaders(context: AclContext): Acl | undefined {
  const { request, parties } = context;
  const name = request.headers['x-amz-acl'];
  const listed = grantHeaders.flatMap(([header, permission]) =>
    granteesIn(request.headers[header], context.accounts).map((grantee) => ({
      grantee,
      permission,
    })),
  );
  if (name === undefined && listed.length === 0) return undefined;
  if (name !== undefined && listed.length > 0) {
    throw new S3Error('InvalidRequest', {
      message: 'Specifying both Canned ACLs and Header Grants is not allowed',
    });
  }
  const acl = name === undefined ? listed : cannedAcl(name, parties);
  if (acl === undefined) {
    throw new S3Error('InvalidArgument', {
      fields: { ArgumentName: 'x-amz-acl', ArgumentValue: name ?? '' },
    });
  }
  return accepted(acl, context, name);
}

/** The ACL of a document. Throws what `aclOfHeaders` throws, and MalformedACLError. */
export function aclOfDocument(document: AccessControlPolicy, context: AclContext): Acl {
  const { Grants = [], Owner } = document;
  // Whose the thing is does not change by an ACL.
  if (Owner?.ID === undefined) throw new S3Error('MalformedACLError');
  if (Owner.ID !== context.parties.owner)
    throw new S3Error('AccessDenied', { cause: 'another owner' });
  if (Grants.length > limits.grantsMax) throw new S3Error('MalformedACLError');
  return accepted(
    Grants.map((grant) => grantOf(grant, context.accounts)),
    context,
    undefined,
  );
}

function accepted(acl: Acl, { bucket, parties }: AclContext, name: string | undefined): Acl {
  if (bucket?.ownership === 'BucketOwnerEnforced' && name !== 'bucket-owner-full-control') {
    const own = acl.every(
      ({ grantee }) => grantee.kind === 'account' && grantee.id === parties.bucketOwner,
    );
    if (!own) throw new S3Error('AccessControlListNotSupported');
  }
  if (bucket?.publicAccessBlock?.BlockPublicAcls === true && isPublicAcl(acl)) {
    throw new S3Error('AccessDenied', { cause: 'public ACLs are blocked' });
  }
  return acl;
}

function grantOf({ Grantee, Permission }: GrantDocument, accounts: Accounts): Grant {
  if (Permission === undefined || !isPermission(Permission)) throw new S3Error('MalformedACLError');
  return { grantee: granteeOf(Grantee, accounts), permission: Permission };
}

const isPermission = (text: string): text is Permission => permissions.has(text);

function granteeOf(document: GranteeDocument | undefined, accounts: Accounts): Grantee {
  if (document?.URI !== undefined) return groupOf(document.URI);
  if (document?.EmailAddress !== undefined) return byEmail(document.EmailAddress, accounts);
  if (document?.ID !== undefined) return byId(document.ID, accounts);
  throw new S3Error('MalformedACLError');
}

/** `id="…", uri="…", emailAddress="…"`, with quotes or without. */
function granteesIn(header: string | undefined, accounts: Accounts): readonly Grantee[] {
  if (header === undefined) return [];
  return header.split(',').map((part) => {
    const [, kind = '', quoted, bare] = /^\s*(\w+)\s*=\s*(?:"([^"]*)"|(\S*))\s*$/.exec(part) ?? [];
    const value = quoted ?? bare ?? '';
    switch (kind.toLowerCase()) {
      case 'id':
        return byId(value, accounts);
      case 'uri':
        return groupOf(value);
      case 'emailaddress':
        return byEmail(value, accounts);
      default:
        throw new S3Error('InvalidArgument', {
          message: 'Argument format not recognized',
          fields: { ArgumentName: 'x-amz-grant', ArgumentValue: part.trim() },
        });
    }
  });
}

function byId(id: string, accounts: Accounts): Grantee {
  if (accounts.byId(id) !== undefined) return { kind: 'account', id };
  throw new S3Error('InvalidArgument', {
    message: 'Invalid id',
    fields: { ArgumentName: 'CanonicalUser/ID', ArgumentValue: id },
  });
}

function byEmail(email: string, accounts: Accounts): Grantee {
  const account = accounts.byEmail(email);
  if (account !== undefined) return { kind: 'account', id: account.id };
  throw new S3Error('UnresolvableGrantByEmailAddress');
}

function groupOf(uri: string): Grantee {
  const group = Object.hasOwn(groups, uri) ? groups[uri] : undefined;
  if (group !== undefined) return { kind: 'group', group };
  throw new S3Error('InvalidArgument', {
    message: 'Invalid group uri',
    fields: { ArgumentName: 'Group/URI', ArgumentValue: uri },
  });
}
