import type { Identity } from '../auth/identity.ts';
import { holds } from './conditions.ts';
import type { Named, Policy, Statement } from './policy-document.ts';
import { matches } from './wildcard.ts';

/** What a policy is asked. */
export interface PolicyQuestion {
  readonly identity: Identity;
  /** `s3:GetObject` */
  readonly action: string;
  /** `arn:aws:s3:::bucket/key` */
  readonly resource: string;
  /** The values of condition keys, in lower case; what is not there has none. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
}

/** What a policy says; `undefined`: nothing. A refusal outweighs every permission. */
export function evaluatePolicy(
  policy: Policy,
  question: PolicyQuestion,
): 'Allow' | 'Deny' | undefined {
  let verdict: 'Allow' | undefined;
  for (const statement of policy.statements) {
    if (!applies(statement, question)) continue;
    if (statement.effect === 'Deny') return 'Deny';
    verdict = 'Allow';
  }
  return verdict;
}

function applies(statement: Statement, question: PolicyQuestion): boolean {
  const { effect, principals, actions, resources, conditions } = statement;
  return (
    isAmong(principals, (name) => isPrincipal(name, question.identity)) &&
    isAmong(actions, (name) => matches(name.toLowerCase(), question.action.toLowerCase())) &&
    isAmong(resources, (name) => matches(name, question.resource)) &&
    // What is not understood never grants, and always refuses.
    conditions.every((condition) => holds(condition, question.conditions) ?? effect === 'Deny')
  );
}

const isAmong = ({ names, not }: Named, is: (name: string) => boolean): boolean =>
  names.some(is) !== not;

/**
 * Whether a principal names somebody: `*`; a canonical user id; an account's number or its ARN, or
 * that of a user whose name is the account's id or display name, as Ceph has them.
 */
function isPrincipal(name: string, identity: Identity): boolean {
  if (name === '*') return true;
  if (identity.kind !== 'account') return false;
  const { id, number, displayName } = identity.account;
  if (name === id || name === number) return true;
  const arn = /^arn:aws[a-z-]*:iam::([^:]*):(root|user\/(.+))$/.exec(name);
  if (arn === null) return false;
  const [, account = '', kind, user] = arn;
  if (kind === 'root') return account === number || account === id;
  return user === id || user === displayName;
}

/** Whether strangers are allowed something, without a condition that could tell them apart
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html). */
export const isPublicPolicy = (policy: Policy): boolean =>
  policy.statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      (principals.not || principals.names.includes('*')) &&
      !conditions.some(({ key }) => narrowing.has(key.toLowerCase())),
  );

const narrowing: ReadonlySet<string> = new Set([
  'aws:sourceip',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:userid',
  'aws:principalorgid',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
]);
