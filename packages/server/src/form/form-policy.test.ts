import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkFormPolicy, parseFormPolicy } from './form-policy.ts';

const nowMs = Date.UTC(2026, 0, 1);
const encoded = (document: unknown): string =>
  Buffer.from(JSON.stringify(document)).toString('base64');
const policy = (conditions: readonly unknown[]) =>
  parseFormPolicy(encoded({ expiration: '2026-01-01T00:01:00Z', conditions }));

function verdict(conditions: readonly unknown[], fields: Readonly<Record<string, string>>): string {
  try {
    checkFormPolicy(policy(conditions), new Map(Object.entries(fields)), { bucket: 'b', nowMs });
    return 'fits';
  } catch (error) {
    return error instanceof Error ? error.message.replace('Invalid according to Policy: ', '') : '';
  }
}

const bucket = { bucket: 'b' };

test.each([
  [[bucket, { key: 'k' }], { key: 'k' }, 'fits'],
  [[bucket, ['EQ', '$Key', 'k']], { key: 'k' }, 'fits'],
  [[bucket, ['starts-with', '$key', 'a/']], { key: 'a/b' }, 'fits'],
  [[bucket, ['starts-with', '$key', '']], { key: 'anything' }, 'fits'],
  [[bucket, ['starts-with', '$key', '\\$a']], { key: '$ab' }, 'fits'],
  [[bucket, { key: 'k' }], { key: 'K' }, 'Policy Condition failed: ["eq", "$key", "k"]'],
  [
    [bucket, { key: 'k' }, { acl: 'private' }],
    { key: 'k' },
    'Policy Condition failed: ["eq", "$acl", "private"]',
  ],
  [[bucket, { key: 'k' }], { key: 'k', 'x-amz-meta-a': '1' }, 'Extra input fields: x-amz-meta-a'],
  [[bucket, { key: 'k' }], { key: 'k', 'x-ignore-a': '1', policy: 'p' }, 'fits'],
  [[{ key: 'k' }], { key: 'k' }, 'Extra input fields: bucket'],
  [
    [{ bucket: 'other' }, { key: 'k' }],
    { key: 'k' },
    'Policy Condition failed: ["eq", "$bucket", "other"]',
  ],
])('%j with %j: %s', (conditions, fields, said) => {
  expect(verdict(conditions, fields)).toBe(said);
});

test('a policy that has ended allows nothing', () => {
  const ended = parseFormPolicy(
    encoded({ expiration: '2025-12-31T23:59:59Z', conditions: [bucket] }),
  );
  const check = () => checkFormPolicy(ended, new Map(), { bucket: 'b', nowMs });
  expect(check).toThrow(/Policy expired/);
});

const refused: readonly unknown[] = [
  7,
  [],
  { conditions: [bucket] },
  { expiration: 'soon', conditions: [bucket] },
  { EXPIRATION: '2026-01-01T00:00:00Z', conditions: [bucket] },
  { expiration: '2026-01-01T00:00:00Z' },
  { expiration: '2026-01-01T00:00:00Z', conditions: [] },
  { expiration: '2026-01-01T00:00:00Z', conditions: [{}] },
  { expiration: '2026-01-01T00:00:00Z', conditions: [['in', '$key', 'k']] },
  { expiration: '2026-01-01T00:00:00Z', conditions: [['eq', 'key', 'k']] },
  { expiration: '2026-01-01T00:00:00Z', conditions: [{ key: 7 }] },
  { expiration: '2026-01-01T00:00:00Z', conditions: [['content-length-range', 0]] },
  { expiration: '2026-01-01T00:00:00Z', conditions: [['content-length-range', -1, 5]] },
];

test.each(refused)('%j is no policy', (document) => {
  expect(() => parseFormPolicy(encoded(document))).toThrow(
    expect.objectContaining({ code: 'InvalidPolicyDocument' }),
  );
});

test('whatever a form sends is a policy or is refused, and nothing else happens', () => {
  const document = fc.oneof(
    fc.string(),
    fc.json().map((text) => Buffer.from(text).toString('base64')),
    fc.record({ expiration: fc.string(), conditions: fc.array(fc.jsonValue()) }).map(encoded),
  );
  fc.assert(
    fc.property(document, (text) => {
      let code: unknown = 'InvalidPolicyDocument';
      try {
        parseFormPolicy(text);
      } catch (error) {
        code = Object(error).code;
      }
      expect(code).toBe('InvalidPolicyDocument');
    }),
  );
});
