import { expect, test } from 'vitest';
import { decide, settleByToken } from './decide.ts';
import { describe } from './describe.ts';
import { csrfPolicy } from './policy.ts';

const policy = csrfPolicy({ publicOrigins: ['https://bank.example'] });

test('a refusal names what it saw, quoted and shortened', () => {
  const facts = { method: 'POST', origin: `http://bank.example"\n${'x'.repeat(500)}` };
  const sentence = describe(facts, decide(policy, facts));
  expect(sentence).toContain(String.raw`"http://bank.example\"\nxxx`);
  expect(sentence).toMatch(/…" is no origin that a browser sends\.$/);
  expect(sentence).not.toContain('\n');
  expect(sentence.length).toBeLessThan(300);
});

test('Origin: null is explained by the policy that causes it', () => {
  const facts = { method: 'POST', origin: 'null' };
  const asked = decide(policy, facts);
  expect(describe(facts, asked)).toContain('Referrer-Policy is no-referrer');
  if (asked.kind !== 'ask-token') throw new Error('It has to be asked for.');
  const refused = settleByToken(asked, 'token-missing');
  expect(describe(facts, refused)).toMatch(
    /no-referrer.* A token would decide, but there is none\.$/,
  );
});

test('behind a proxy, it is publicOrigins that is wrong', () => {
  const facts = { method: 'POST', origin: 'https://www.bank.example' };
  expect(describe(facts, decide(policy, facts))).toBe(
    '"https://www.bank.example" is neither a public nor a trusted origin: scheme, host and port have to be the same. Behind a proxy, publicOrigins is what visitors see.',
  );
});
