import { S3Error } from '../protocol/errors.ts';

/** Some principals, actions or resources, and whether these or all but these are meant. */
export interface Named {
  readonly names: readonly string[];
  readonly not: boolean;
}

/** A condition: the operator, the key, and the values. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: Named;
  readonly actions: Named;
  readonly resources: Named;
  readonly conditions: readonly Condition[];
}

/** A bucket policy, read
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). */
export interface Policy {
  readonly statements: readonly Statement[];
}

const topKeys: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const statementKeys: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const versions: ReadonlySet<unknown> = new Set([undefined, '2012-10-17', '2008-10-17']);

/**
 * Reads the policy of a bucket. Throws MalformedPolicy for what does not fit the grammar, and for
 * resources that are not this bucket's: they would do nothing.
 */
export function parsePolicy(text: string, bucket: string): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (!isRecord(document))
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  requireKeys(document, topKeys);
  if (!versions.has(document['Version']))
    throw malformed('The policy must contain a valid version string');
  const statements = listOf(document['Statement']);
  if (statements.length === 0) throw malformed('Missing required field Statement');
  return { statements: statements.map((statement) => parseStatement(statement, bucket)) };
}

function parseStatement(statement: unknown, bucket: string): Statement {
  if (!isRecord(statement)) throw malformed('Statement is not an object');
  requireKeys(statement, statementKeys);
  const { Sid: sid, Effect: effect, Condition: condition } = statement;
  if (sid !== undefined && typeof sid !== 'string') throw malformed('Invalid policy syntax.');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`);
  const resources = named(statement, 'Resource', textsOf);
  const own = new RegExp(`^arn:aws[a-z-]*:s3:::${escaped(bucket)}(?:/.*)?$`, 's');
  const covers = (resource: string): boolean =>
    own.test(resource) || /[*?]/.test(resource.split('/', 1)[0] ?? '');
  if (!resources.names.every(covers)) throw malformed('Policy has invalid resource');
  const actions = named(statement, 'Action', textsOf);
  if (!actions.names.every((action) => action === '*' || /^s3:/i.test(action))) {
    throw malformed('Policy has invalid action');
  }
  return {
    sid,
    effect,
    principals: named(statement, 'Principal', principalsOf),
    actions,
    resources,
    conditions: condition === undefined ? [] : conditionsOf(condition),
  };
}

/** `Action` or `NotAction`, and their like: one of both. */
function named(
  statement: Readonly<Record<string, unknown>>,
  key: string,
  read: (value: unknown, key: string) => readonly string[],
): Named {
  const value = statement[key];
  const other = statement[`Not${key}`];
  if ((value === undefined) === (other === undefined)) {
    throw malformed(`Missing required field ${key}`);
  }
  return { names: read(value ?? other, key), not: value === undefined };
}

function textsOf(value: unknown, key: string): readonly string[] {
  const texts = listOf(value);
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw malformed(`Policy has invalid ${key.toLowerCase()}`);
  }
  return texts;
}

/** `*`, or `{ "AWS": … }`, or `{ "CanonicalUser": … }`. Services and federated users are nobody here. */
function principalsOf(value: unknown): readonly string[] {
  if (value === '*') return ['*'];
  if (!isRecord(value)) throw malformed('Invalid principal in policy');
  return Object.entries(value).flatMap(([kind, names]) => {
    const texts = textsOf(names, 'principal');
    return kind === 'AWS' || kind === 'CanonicalUser' ? texts : [];
  });
}

function conditionsOf(value: unknown): readonly Condition[] {
  if (!isRecord(value)) throw malformed('Policy has an invalid condition');
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isRecord(keys)) throw malformed('Policy has an invalid condition');
    return Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: listOf(values).map(String),
    }));
  });
}

function requireKeys(value: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): void {
  const unknown = Object.keys(value).find((key) => !known.has(key));
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

const malformed = (message: string): S3Error => new S3Error('MalformedPolicy', { message });
