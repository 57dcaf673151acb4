import { compilePolicy, orThrow } from '@causeway/cors';
import { expect, test } from 'vitest';
import { lintTrust } from './lint.ts';
import { csrfPolicy } from './policy.ts';

const own = 'https://bank.example';

function found(
  trustedOrigins: readonly string[],
  origins: readonly string[],
  credentials = true,
): readonly string[] {
  const cors = orThrow(compilePolicy({ origins, credentials }));
  const issues = lintTrust(csrfPolicy({ publicOrigins: [own], trustedOrigins }), cors);
  return issues.map(({ code, value }) => `${code} ${String(value)}`);
}

test('an origin that may read with cookies, and whose POST would be refused', () => {
  expect(found([], ['https://a.example'])).toEqual(['cors-origin-not-trusted https://a.example']);
  expect(found(['https://a.example'], ['https://a.example', 'https://*.b.example'])).toEqual([
    'cors-origin-not-trusted https://*.b.example',
  ]);
  expect(found(['http://localhost:3000'], ['http://localhost:*'])).toEqual([
    'cors-origin-not-trusted http://localhost:*',
  ]);
});

test('an origin that may change things, but not read what came of it', () => {
  const origin = 'https://a.example';
  expect(found([origin, 'https://b.example'], [origin])).toEqual([
    'trusted-origin-without-cors https://b.example',
  ]);
  expect(found([origin], [origin], false)).toEqual([`trusted-origin-without-cors ${origin}`]);
});

test('one pattern of another width', () => {
  expect(found(['https://x.a.example'], ['https://*.a.example'])).toEqual([
    'cors-origin-not-trusted https://*.a.example',
  ]);
  expect(found(['https://*.a.example'], ['https://x.a.example'])).toEqual([
    'trusted-origin-without-cors https://*.a.example',
  ]);
  expect(found(['https://*.a.example:*'], ['https://*.a.example'])).toEqual([
    'trusted-origin-without-cors https://*.a.example:*',
  ]);
  expect(found(['https://*.a.example'], ['https://*.a.example', 'https://*.b.a.example'])).toEqual(
    [],
  );
});

test('nothing, where both say the same', () => {
  const origins = ['https://a.example', 'https://*.b.example', 'http://localhost:*'];
  expect(found(origins, origins)).toEqual([]);
  expect(found([], [own])).toEqual([]);
  // Without credentials, CORS says nothing about what cookies may do.
  expect(found([], ['https://a.example'], false)).toEqual([]);
  expect(found([], ['*'], false)).toEqual([]);
});

test('nothing, where both are one list', () => {
  const cors = orThrow(
    compilePolicy({ origins: ['https://a.example', 'https://*.b.example:*'], credentials: true }),
  );
  const csrf = csrfPolicy({ publicOrigins: [own], trustedOrigins: cors.origins });
  expect(lintTrust(csrf, cors)).toEqual([]);
});
