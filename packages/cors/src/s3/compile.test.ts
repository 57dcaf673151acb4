import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileS3Cors, firstMatch } from './compile.ts';
import { decideS3 } from './decide.ts';
import { methodBit } from './rule.ts';
import type { S3CorsRule } from './rule.ts';

const malformed =
  'The XML you provided was not well-formed or did not validate against our published schema';
const rule: S3CorsRule = { AllowedOrigins: ['https://a.test'], AllowedMethods: ['GET'] };

interface Refused {
  readonly why: string;
  readonly rules: readonly S3CorsRule[];
  readonly error: string;
  readonly path: string;
  readonly message: string;
}

const refused: readonly Refused[] = [
  { why: 'no rules', rules: [], error: 'MalformedXML', path: '', message: malformed },
  {
    why: 'no origin',
    rules: [{ AllowedMethods: ['GET'] }],
    error: 'MalformedXML',
    path: '[0].AllowedOrigins',
    message: malformed,
  },
  {
    why: 'no method',
    rules: [rule, { AllowedOrigins: ['*'], AllowedMethods: [] }],
    error: 'MalformedXML',
    path: '[1].AllowedMethods',
    message: malformed,
  },
  {
    why: 'an unsupported method',
    rules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'MYMETHOD'] }],
    error: 'InvalidRequest',
    path: '[0].AllowedMethods[1]',
    message: 'Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD',
  },
  {
    why: 'two wildcards in an origin',
    rules: [{ ...rule, AllowedOrigins: ['*example*.com'] }],
    error: 'InvalidRequest',
    path: '[0].AllowedOrigins[0]',
    message: 'AllowedOrigin "*example*.com" can not have more than one wildcard.',
  },
  {
    why: 'two wildcards in a header',
    rules: [{ ...rule, AllowedHeaders: ['**'] }],
    error: 'InvalidRequest',
    path: '[0].AllowedHeaders[0]',
    message: 'AllowedHeader "**" can not have more than one wildcard.',
  },
  {
    why: 'a wildcard in an exposed header',
    rules: [{ ...rule, ExposeHeaders: ['x-amz-*'] }],
    error: 'InvalidRequest',
    path: '[0].ExposeHeaders[0]',
    message:
      'ExposeHeader "x-amz-*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
  },
  {
    why: 'an ID of 256 characters',
    rules: [{ ...rule, ID: 'x'.repeat(256) }],
    error: 'InvalidRequest',
    path: '[0].ID',
    message: 'ID length should not exceed allowed limit of 255',
  },
  {
    why: '101 rules',
    rules: Array.from({ length: 101 }, () => rule),
    error: 'InvalidRequest',
    path: '',
    message: 'The number of CORS rules should not exceed allowed limit of 100 rules.',
  },
];

test.each(refused)('$why is refused', ({ rules, error, path, message }) => {
  const compiled = compileS3Cors(rules);
  expect(compiled).toMatchObject({ ok: false, issues: [{ error, path, message }] });
});

test('every problem is reported at once, what does not fit the schema first', () => {
  const compiled = compileS3Cors([
    { AllowedOrigins: ['*.*'], AllowedMethods: ['PATCH', 'get'] },
    { ...rule, ID: 'same' },
    { AllowedMethods: ['GET'], ID: 'same' },
  ]);
  expect(!compiled.ok && compiled.issues.map((issue) => issue.code)).toEqual([
    'origin-missing',
    'method-unsupported',
    'method-unsupported',
    'origin-wildcards',
    'id-repeated',
  ]);
});

test('what AWS accepts is accepted', () => {
  const compiled = compileS3Cors([
    {
      ID: 'x'.repeat(255),
      AllowedOrigins: ['', 'http://t.com:80', 'https://T.com', 'https://t.com/', 't.com', '*t.com'],
      AllowedMethods: ['GET'],
      AllowedHeaders: ['x y'],
      ExposeHeaders: ['ETag', 'two words'],
      MaxAgeSeconds: -1,
    },
  ]);
  if (!compiled.ok) throw new Error('refused');
  const decision = decideS3(compiled.policy, { method: 'GET', origin: 'https://t.com/' });
  expect(decision.headers).toMatchObject({
    'Access-Control-Expose-Headers': 'ETag',
    'Access-Control-Max-Age': '-1',
  });
});

test('the policy does not change with the rules it was made of', () => {
  const origins = ['https://a.test'];
  const compiled = compileS3Cors([{ AllowedOrigins: origins, AllowedMethods: ['GET'] }]);
  origins.push('https://evil.test');
  if (!compiled.ok) throw new Error('not compiled');
  const decision = decideS3(compiled.policy, { method: 'GET', origin: 'https://evil.test' });
  expect(decision).toMatchObject({ allowed: false });
});

/** `*` by recursion, one character at a time. */
function naive(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern.startsWith('*')) {
    return naive(pattern.slice(1), value) || (value !== '' && naive(pattern, value.slice(1)));
  }
  return (
    value !== '' && value.startsWith(pattern.charAt(0)) && naive(pattern.slice(1), value.slice(1))
  );
}

const letters = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 4 }).map((a) => a.join(''));
const pattern = fc.oneof(
  letters,
  fc.tuple(letters, letters).map(([prefix, suffix]) => `${prefix}*${suffix}`),
);
const method = fc.constantFrom('GET', 'PUT');
const rules = fc.array(
  fc.record({
    AllowedOrigins: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    AllowedMethods: fc.array(method, { minLength: 1, maxLength: 2 }),
    AllowedHeaders: fc.array(pattern, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 6 },
);

test('the first match is the one that trying the rules in order finds', () => {
  const name = letters.filter((text) => text !== '');
  fc.assert(
    fc.property(
      rules,
      name,
      method,
      fc.array(name, { maxLength: 2 }),
      (list, origin, verb, names) => {
        const compiled = compileS3Cors(list);
        if (!compiled.ok) throw new Error('not compiled');
        const expected = list.findIndex(
          (each) =>
            each.AllowedOrigins.some((allowed) => naive(allowed, origin)) &&
            each.AllowedMethods.includes(verb) &&
            names.every((asked) => each.AllowedHeaders.some((allowed) => naive(allowed, asked))),
        );
        expect(firstMatch(compiled.policy, origin, methodBit(verb), names)).toBe(expected);
        const facts = { method: verb, origin, requestHeaders: names.join(',') };
        const decision = decideS3(compiled.policy, facts);
        const found = decision.kind !== 'none' && decision.allowed;
        expect(found).toBe(expected !== -1);
        expect(found || JSON.stringify(decision.headers) === '{"Vary":"Origin"}').toBe(true);
        // What no rule matches, every rule has a reason for.
        const reason = 'reason' in decision ? decision.reason : undefined;
        const verdicts = reason?.code === 'no-rule-matches' ? reason.rules : [];
        expect(verdicts.map((verdict) => verdict.failed.length > 0)).toEqual(
          found ? [] : list.map(() => true),
        );
      },
    ),
    { numRuns: 500 },
  );
});
