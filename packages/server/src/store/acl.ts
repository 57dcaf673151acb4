/** What a grant allows (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html). */
export type Permission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';

/** Who is granted something: an account by its canonical user id, or one of Amazon's groups. */
export type Grantee =
  | { readonly kind: 'account'; readonly id: string }
  | { readonly kind: 'group'; readonly group: Group };

/** Everybody; everybody who has an account; the service that writes access logs. */
export type Group = 'AllUsers' | 'AuthenticatedUsers' | 'LogDelivery';

export interface Grant {
  readonly grantee: Grantee;
  readonly permission: Permission;
}

/** The grants of a bucket or an object. Where there is none its owner has full control, and nobody
 * else anything. */
export type Acl = readonly Grant[];
