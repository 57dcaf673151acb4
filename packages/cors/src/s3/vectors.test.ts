import { expect, test } from 'vitest';
import { compileS3Cors } from './compile.ts';
import type { S3CorsPolicy } from './compile.ts';
import { decideS3, unknownBucket } from './decide.ts';
import type { S3CorsDecision, S3CorsFacts } from './decision.ts';
import { describeS3Reason } from './describe.ts';
import type { S3CorsRule } from './rule.ts';
import { matchesWildcard, wildcard } from './wildcard.ts';

const v3 = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
const notAllowed =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

function compiled(rules: readonly S3CorsRule[]): S3CorsPolicy {
  const result = compileS3Cors(rules);
  if (!result.ok) throw new Error(result.issues[0].message);
  return result.policy;
}

/** Both the first answer and the remembered one, which must be the same. */
function decide(
  policy: S3CorsPolicy | typeof unknownBucket | undefined,
  facts: S3CorsFacts,
  vary: 'safe' | 'aws' = 'safe',
): S3CorsDecision {
  const first = decideS3(policy, facts, { vary });
  expect(decideS3(policy, facts, { vary })).toEqual(first);
  return first;
}

const fixture = compiled([
  { AllowedOrigins: ['http://www.example.com'], AllowedMethods: ['GET'], MaxAgeSeconds: 3000 },
  {
    AllowedOrigins: ['http://*.example.com'],
    AllowedMethods: ['PUT'],
    AllowedHeaders: ['x-amz-*'],
    MaxAgeSeconds: 3000,
  },
]);

const anyone = compiled([
  {
    AllowedOrigins: ['*'],
    AllowedMethods: ['GET'],
    ExposeHeaders: ['x-amz-id-2', 'x-amz-request-id'],
  },
]);

// V7: one `*`, which may be empty, anchored at both ends.
test.each([
  ['*suffix', 'foo.suffix', true],
  ['*suffix', 'foo.suffix.get', false],
  ['start*end', 'startend', true],
  ['start*end', '0start12end', false],
  ['prefix*', 'prefix', true],
  ['prefix*', 'prefix.suffix', true],
  ['prefix*', 'bla.prefix', false],
  ['http://*.example.com', 'http://a.example.com', true],
  ['http://*.example.com', 'http://example.com', false],
  ['*', 'null', true],
  ['x-amz-meta-*', 'x-amz-meta-', true],
  ['x-amz-*', 'x-amzn-foo', false],
  ['ab*bc', 'abc', false],
  ['ab*bc', 'abbc', true],
])('V7: %s against %s is %s', (pattern, value, match) => {
  expect(matchesWildcard(wildcard(pattern) ?? { prefix: '', suffix: '' }, value)).toBe(match);
});

interface Refusal {
  readonly row: string;
  readonly policy: S3CorsPolicy | typeof unknownBucket | undefined;
  readonly facts: Omit<S3CorsFacts, 'method'>;
  readonly status: 400 | 403;
  readonly message: string;
  readonly fields: Record<string, string>;
}

const origin = 'http://www.example.com';
const refusals: readonly Refusal[] = [
  ...[fixture, undefined, unknownBucket].map((policy) => ({
    row: '18.1 no Origin',
    policy,
    facts: { origin: undefined, requestMethod: 'PUT' },
    status: 400 as const,
    message: 'Insufficient information. Origin request header needed.',
    fields: {},
  })),
  {
    row: '18.3 bucket without CORS',
    policy: undefined,
    facts: { origin, requestMethod: 'PUT' },
    status: 403,
    message: 'CORSResponse: CORS is not enabled for this bucket.',
    fields: { Method: 'PUT', ResourceType: 'BUCKET' },
  },
  {
    row: '18.4 bucket without CORS, no request method',
    policy: undefined,
    facts: { origin, resourceType: 'OBJECT' },
    status: 403,
    message: 'CORSResponse: CORS is not enabled for this bucket.',
    fields: { Method: 'OPTIONS', ResourceType: 'BUCKET' },
  },
  {
    row: 'F3 unknown bucket',
    policy: unknownBucket,
    facts: { origin },
    status: 403,
    message: 'CORSResponse: Bucket not found',
    fields: { Method: 'OPTIONS', ResourceType: 'BUCKET' },
  },
  {
    row: '18.5 no request method',
    policy: fixture,
    facts: { origin },
    status: 400,
    message: 'Invalid Access-Control-Request-Method: null',
    fields: {},
  },
  {
    row: '18.6 a method that S3 does not know',
    policy: fixture,
    facts: { origin, requestMethod: 'PATCH' },
    status: 400,
    message: 'Invalid Access-Control-Request-Method: PATCH',
    fields: {},
  },
  {
    row: '18.10 a header that no rule allows',
    policy: fixture,
    facts: { origin: 'http://a.example.com', requestMethod: 'PUT', requestHeaders: 'x-custom' },
    status: 403,
    message: notAllowed,
    fields: { Method: 'PUT', ResourceType: 'OBJECT' },
  },
  {
    row: '18.10 on a bucket URL',
    policy: fixture,
    facts: {
      origin: 'http://a.example.com',
      requestMethod: 'PUT',
      requestHeaders: 'x-custom',
      resourceType: 'BUCKET',
    },
    status: 403,
    message: notAllowed,
    fields: { Method: 'PUT', ResourceType: 'BUCKET' },
  },
  {
    row: '18.12 a trailing slash',
    policy: fixture,
    facts: { origin: 'http://a.example.com/', requestMethod: 'PUT' },
    status: 403,
    message: notAllowed,
    fields: { Method: 'PUT', ResourceType: 'OBJECT' },
  },
];

test.each(refusals)('$row is refused as AWS refuses it, without a CORS header', (row) => {
  const decision = decide(row.policy, { method: 'OPTIONS', ...row.facts });
  expect(decision).toMatchObject({
    kind: 'preflight',
    allowed: false,
    status: row.status,
    code: row.status === 400 ? 'BadRequest' : 'AccessForbidden',
    message: row.message,
  });
  // 18.13: no CORS header and no Vary.
  expect(decision.headers).toEqual({});
  expect('fields' in decision && Object.entries(decision.fields)).toEqual(
    Object.entries(row.fields),
  );
});

interface Grant {
  readonly row: string;
  readonly policy: S3CorsPolicy;
  readonly facts: S3CorsFacts;
  readonly rule: number;
  readonly headers: Record<string, string>;
}

const echoed = {
  'Access-Control-Allow-Origin': origin,
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Allow-Methods': 'GET',
  'Access-Control-Max-Age': '3000',
  Vary: v3,
};
const grants: readonly Grant[] = [
  {
    row: '18.7 the first rule',
    policy: fixture,
    facts: { method: 'OPTIONS', origin, requestMethod: 'GET' },
    rule: 0,
    headers: echoed,
  },
  {
    row: '18.8 the second rule, because the first fails on the method',
    policy: fixture,
    facts: { method: 'OPTIONS', origin, requestMethod: 'PUT' },
    rule: 1,
    headers: { ...echoed, 'Access-Control-Allow-Methods': 'PUT' },
  },
  {
    row: '18.9 requested names lower-case in the order of the request',
    policy: fixture,
    facts: {
      method: 'OPTIONS',
      origin: 'http://a.example.com',
      requestMethod: 'PUT',
      requestHeaders: 'X-AMZ-acl,  x-amz-date',
    },
    rule: 1,
    headers: {
      ...echoed,
      'Access-Control-Allow-Origin': 'http://a.example.com',
      'Access-Control-Allow-Methods': 'PUT',
      'Access-Control-Allow-Headers': 'x-amz-acl, x-amz-date',
    },
  },
  {
    row: '18.15 an actual request',
    policy: fixture,
    facts: { method: 'GET', origin },
    rule: 0,
    headers: echoed,
  },
  {
    row: 'F6 an actual request says no Allow-Headers',
    policy: fixture,
    facts: { method: 'PUT', origin: 'http://a.example.com', requestHeaders: 'x-amz-acl' },
    rule: 1,
    headers: {
      ...echoed,
      'Access-Control-Allow-Origin': 'http://a.example.com',
      'Access-Control-Allow-Methods': 'PUT',
    },
  },
  {
    row: '18.19, 18.21 any origin, exposed headers on the preflight',
    policy: anyone,
    facts: { method: 'OPTIONS', origin: 'localhost:4566', requestMethod: 'GET' },
    rule: 0,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET',
      'Access-Control-Expose-Headers': 'x-amz-id-2, x-amz-request-id',
      Vary: v3,
    },
  },
  {
    row: 'F5 an age of 0 is an age',
    policy: compiled([{ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'PUT'], MaxAgeSeconds: 0 }]),
    facts: { method: 'GET', origin: 'null' },
    rule: 0,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, PUT',
      'Access-Control-Max-Age': '0',
      Vary: v3,
    },
  },
];

test.each(grants)('$row', ({ policy, facts, rule, headers }) => {
  for (const vary of ['safe', 'aws'] as const) {
    const answer =
      facts.method === 'OPTIONS' ? { kind: 'preflight', status: 200 } : { kind: 'actual' };
    expect(decide(policy, facts, vary)).toEqual({ ...answer, allowed: true, rule, headers });
  }
});

test.each<[string, S3CorsFacts]>([
  ['no Origin', { method: 'GET', origin: undefined }],
  ['an empty Origin', { method: 'GET', origin: '' }],
  ['another origin', { method: 'GET', origin: 'http://evil.test' }],
  ['18.16 Access-Control-Request-Method wins', { method: 'GET', origin, requestMethod: 'DELETE' }],
  ['18.17 a requested header', { method: 'GET', origin, requestHeaders: 'x-amz-request-payer' }],
  ['a method of no rule', { method: 'PATCH', origin }],
])('an actual answer without a match carries only Vary: Origin: %s', (_, facts) => {
  expect(decide(fixture, facts).headers).toEqual({ Vary: 'Origin' });
  expect(decide(fixture, facts, 'aws').headers).toEqual({});
  expect(decide(undefined, facts).headers).toEqual({});
  expect(decide(unknownBucket, facts).headers).toEqual({});
});

test('a refusal names what of each rule did not fit, and the sentence the closest one', () => {
  const decision = decide(fixture, {
    method: 'OPTIONS',
    origin: 'http://a.example.com',
    requestMethod: 'PUT',
    requestHeaders: 'x-amz-acl, X-Custom, x-other',
  });
  const reason = 'reason' in decision ? decision.reason : undefined;
  expect(reason).toEqual({
    code: 'no-rule-matches',
    origin: 'http://a.example.com',
    method: 'PUT',
    rules: [
      { rule: 0, id: undefined, failed: ['origin', 'method', 'header'], header: 'x-amz-acl' },
      { rule: 1, id: undefined, failed: ['header'], header: 'x-custom' },
    ],
  });
  expect(reason && describeS3Reason(reason)).toBe(
    'No rule allows PUT from http://a.example.com. Rule 2 comes closest: it does not allow the header x-custom.',
  );
});

test('a rule that allows every header does not echo what is no header name', () => {
  const policy = compiled([
    { AllowedOrigins: ['*'], AllowedMethods: ['PUT'], AllowedHeaders: ['*'] },
  ]);
  const facts = { method: 'OPTIONS', origin, requestMethod: 'PUT' };
  expect(decide(policy, { ...facts, requestHeaders: 'x-a, x b' })).toMatchObject({
    status: 403,
    reason: { code: 'request-headers-invalid', problem: 'not-a-token' },
  });
  expect(decide(policy, { ...facts, requestHeaders: ',x-a,,X-B ,' }).headers).toMatchObject({
    'Access-Control-Allow-Headers': 'x-a, x-b',
  });
});

test('what is remembered is the same question, and no other', () => {
  const policy = compiled([
    { AllowedOrigins: ['http*'], AllowedMethods: ['PUT'], AllowedHeaders: ['x-*'] },
  ]);
  const facts = { method: 'OPTIONS', origin, requestMethod: 'PUT', requestHeaders: 'x-a' };
  expect(decideS3(policy, facts)).toBe(decideS3(policy, { ...facts }));
  // No header line holds an LF, but a key must not depend on that.
  const forged = { ...facts, origin: `${origin}\nx-a`, requestHeaders: undefined };
  expect(decideS3(policy, forged).headers['Access-Control-Allow-Headers']).toBeUndefined();
  // Long values would make the memory of one bucket large.
  const long = { ...facts, requestHeaders: `x-${'a'.repeat(600)}` };
  expect(decideS3(policy, long)).not.toBe(decideS3(policy, long));
  const far = { ...facts, origin: `http://${'a'.repeat(600)}` };
  expect(decideS3(policy, far)).not.toBe(decideS3(policy, far));
});
