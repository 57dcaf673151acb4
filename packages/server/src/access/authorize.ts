import type { Identity } from '../auth/identity.ts';
import type { Bucket } from '../store/bucket.ts';

/** One decision that carries its reason: the reason goes into the log, never to the client. */
export interface AccessDecision {
  readonly allowed: boolean;
  readonly reason: 'owner' | 'own-account' | 'anonymous' | 'other-account';
}

/**
 * Whether somebody may do something. An account may do everything with its own buckets and may
 * create and list its own; nobody else may do anything. Policies and ACLs join here.
 *
 * @param bucket the addressed bucket; undefined for the service and for a bucket that is not there
 */
export function authorize(identity: Identity, bucket: Bucket | undefined): AccessDecision {
  if (identity.kind === 'anonymous') return { allowed: false, reason: 'anonymous' };
  if (bucket === undefined) return { allowed: true, reason: 'own-account' };
  return bucket.owner === identity.account.id
    ? { allowed: true, reason: 'owner' }
    : { allowed: false, reason: 'other-account' };
}
