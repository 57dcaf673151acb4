import { compilePolicy, orThrow } from '@causeway/cors';
import { describe, expect, test } from 'vitest';
import type { CsrfConfig } from './config.ts';
import { decide } from './decide.ts';
import { CsrfPolicyError } from './issue.ts';
import { compileCsrf, csrfPolicy } from './policy.ts';

const publicOrigins = ['https://bank.example'];

function codesOf(config: unknown): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what plain JavaScript may pass
  const compiled = compileCsrf(config as CsrfConfig);
  const issues = compiled.ok ? compiled.warnings : compiled.issues;
  return issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

describe('what is refused', () => {
  test.each([
    [{ publicOrigins: [] }, 'error no-public-origin publicOrigins'],
    [{ publicOrigins: ['bank.example'] }, 'error public-origin-invalid publicOrigins[0]'],
    [{ publicOrigins: ['https://bank.example/'] }, 'error public-origin-invalid publicOrigins[0]'],
    [{ publicOrigins: ['https://*.a.example'] }, 'error public-origin-invalid publicOrigins[0]'],
    [{ publicOrigins: ['null'] }, 'error public-origin-invalid publicOrigins[0]'],
    [{ trustedOrigins: ['https://a/b'] }, 'error trusted-origin-invalid trustedOrigins[0]'],
    [{ trustedOrigins: ['*'] }, 'error trusted-any-origin trustedOrigins[0]'],
    [{ trustedOrigins: ['null'] }, 'error trusted-null trustedOrigins[0]'],
    [{ trustedOrigins: ['http://a.example'] }, 'error trusted-insecure trustedOrigins[0]'],
    [{ trustedOrigins: ['http://*.a.example'] }, 'error trusted-insecure trustedOrigins[0]'],
    [{ trustedOrigins: ['https://*.example'] }, 'error trusted-public-suffix trustedOrigins[0]'],
    [{ sessionCookies: ['a b'] }, 'error cookie-name-invalid sessionCookies[0]'],
    [{ publicOrigins: undefined }, 'error wrong-type publicOrigins'],
    [{ publicOrigins: 'https://bank.example' }, 'error wrong-type publicOrigins'],
    [{ trustedOrigins: [/a/] }, 'error wrong-type trustedOrigins'],
    [{ exempt: ['/public/'] }, 'error wrong-type exempt'],
    [{ exempt: [null] }, 'error wrong-type exempt'],
    [{ mode: 'off' }, 'error wrong-type mode'],
    [{ withoutOrigin: 'allow' }, 'error wrong-type withoutOrigin'],
    [{ isolation: 1 }, 'error wrong-type isolation'],
    [{ trustedOrigin: [] }, 'error unknown-key trustedOrigin'],
    [{ constructor: 1 }, 'error unknown-key constructor'],
  ])('%j', (config, issue) => {
    expect(codesOf({ publicOrigins, ...config })).toEqual([issue]);
  });

  test.each([[undefined], [null], ['https://bank.example']])('%j is no configuration', (config) => {
    expect(codesOf(config)).toEqual(['error wrong-type ']);
  });

  test('all of it at once, and as an error', () => {
    const config = { publicOrigins: ['x'], trustedOrigins: ['*', 'null'] };
    expect(codesOf(config)).toHaveLength(3);
    expect(() => csrfPolicy(config)).toThrow(CsrfPolicyError);
    expect(() => csrfPolicy(config)).toThrow(/trustedOrigins\[1\]: Every site can send/);
  });
});

describe('what is warned of', () => {
  test.each([
    [{ publicOrigins: ['http://bank.example'] }, 'warning public-origin-insecure publicOrigins[0]'],
    [{ withoutOrigin: 'dangerously-allow' }, 'warning without-origin-allowed withoutOrigin'],
  ])('%j', (config, issue) => {
    expect(codesOf({ publicOrigins, ...config })).toEqual([issue]);
  });

  test('nothing, where there is nothing', () => {
    const trustedOrigins = ['https://*.a.example', 'http://localhost:*', 'https://b.example:8443'];
    const local = { publicOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'] };
    expect(codesOf({ publicOrigins, trustedOrigins })).toEqual([]);
    expect(codesOf(local)).toEqual([]);
    const insecure = {
      dangerouslyTrustInsecureOrigins: true,
      trustedOrigins: ['http://a.example'],
    };
    expect(codesOf({ publicOrigins, ...insecure })).toEqual([]);
  });
});

describe('the origins of a CORS policy as the trusted ones', () => {
  const origins = ['https://a.example', 'https://*.b.example', 'http://localhost:*'];

  test('are the same object, and found', () => {
    const cors = orThrow(compilePolicy({ origins, credentials: true }));
    const policy = csrfPolicy({ publicOrigins, trustedOrigins: cors.origins });
    expect(policy.trusted).toBe(cors.origins);
    const facts = { method: 'POST', origin: 'https://x.b.example', fetchSite: 'cross-site' };
    expect(decide(policy, facts)).toMatchObject({ reason: 'trusted-origin' });
  });

  test('are checked as if they had been listed', () => {
    const open = orThrow(compilePolicy({ origins: ['*'] }));
    expect(codesOf({ publicOrigins, trustedOrigins: open.origins })).toEqual([
      'error trusted-any-origin trustedOrigins(*)',
    ]);
    const insecure = orThrow(
      compilePolicy({ origins: ['http://*.a.example:*', 'http://b.example'] }),
    );
    expect(codesOf({ publicOrigins, trustedOrigins: insecure.origins })).toEqual([
      'error trusted-insecure trustedOrigins(http://b.example)',
      'error trusted-insecure trustedOrigins(http://*.a.example:*)',
    ]);
  });
});

test('a policy cannot be changed', () => {
  expect(Object.isFrozen(csrfPolicy({ publicOrigins }))).toBe(true);
});
