import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPublicPolicy } from './evaluate-policy.ts';
import { parsePolicy } from './policy-document.ts';
import { matches } from './wildcard.ts';

const statement = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::bucket/*',
};
const read = (document: unknown) => parsePolicy(JSON.stringify(document), 'bucket');
const one = (changes: object) => ({
  Version: '2012-10-17',
  Statement: { ...statement, ...changes },
});

test('a policy is read with one value or with many', () => {
  const { statements } = read(
    one({ Action: ['s3:GetObject', 's3:PutObject'], Principal: { AWS: ['a', 'b'], Service: 'x' } }),
  );
  expect(statements).toMatchObject([
    {
      effect: 'Allow',
      principals: { names: ['a', 'b'], not: false },
      actions: { names: ['s3:GetObject', 's3:PutObject'] },
    },
  ]);
  expect(isPublicPolicy(read(one({})))).toBe(true);
  expect(isPublicPolicy(read(one({ Principal: { AWS: 'a' } })))).toBe(false);
  expect(isPublicPolicy(read(one({ Effect: 'Deny' })))).toBe(false);
  expect(
    isPublicPolicy(read(one({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }))),
  ).toBe(false);
});

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no statement', JSON.stringify({ Version: '2012-10-17', Statement: [] })],
  ['a version that is none', JSON.stringify({ ...one({}), Version: '2020-01-01' })],
  ['a member that is none', JSON.stringify({ ...one({}), Statements: [] })],
  ['an effect that is none', JSON.stringify(one({ Effect: 'allow' }))],
  ['no action', JSON.stringify(one({ Action: undefined }))],
  ['an action and its opposite', JSON.stringify(one({ NotAction: 's3:*' }))],
  ['an action of another service', JSON.stringify(one({ Action: 'ec2:*' }))],
  ['another bucket', JSON.stringify(one({ Resource: 'arn:aws:s3:::bucket2/*' }))],
  ['a principal that is none', JSON.stringify(one({ Principal: 'everybody' }))],
  ['a condition that is none', JSON.stringify(one({ Condition: 'x' }))],
])('%s is malformed', (_, text) => {
  expect(() => parsePolicy(text, 'bucket')).toThrow(
    expect.objectContaining({ code: 'MalformedPolicy' }),
  );
});

test('whatever is put is read or refused, and nothing else happens', () => {
  const json = fc.jsonValue();
  const statements = fc.record({
    Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), json),
    Principal: fc.oneof(fc.constant('*'), json),
    Action: fc.oneof(fc.constant('s3:*'), json),
    Resource: fc.oneof(fc.constant('arn:aws:s3:::bucket/*'), json),
    Condition: json,
  });
  const document = fc.oneof(
    fc.string(),
    json.map((value) => JSON.stringify(value)),
    statements.map((each) => JSON.stringify({ Statement: each })),
  );
  fc.assert(
    fc.property(document, (text) => {
      const outcome = attempt(() => parsePolicy(text, 'bucket'));
      expect(outcome instanceof Error ? Reflect.get(outcome, 'code') : 'MalformedPolicy').toBe(
        'MalformedPolicy',
      );
    }),
  );
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** `*` and `?` by recursion. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
  }
  const fits = text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]);
  return fits && naive(pattern.slice(1), text.slice(1));
}

test('a wildcard matches as the definition says, and never takes long', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }), (pattern, text) => {
      expect(matches(pattern.join(''), text.join(''))).toBe(naive(pattern.join(''), text.join('')));
    }),
  );
  const started = performance.now();
  matches(`${'a*'.repeat(500)}b`, 'a'.repeat(2000));
  expect(performance.now() - started).toBeLessThan(500);
});
