import { expect, test } from 'vitest';
import type { CorsConfig } from './config.ts';
import { CorsPolicyError, orThrow } from './issue.ts';
import { compilePolicy } from './policy.ts';

const a = 'https://a.test';

/** What is wrong with a configuration, as `severity code path`. */
function findings(config: CorsConfig): readonly string[] {
  const compiled = compilePolicy(config, { isPublicSuffix: (host) => host === 'github.io' });
  const issues = compiled.ok ? compiled.warnings : compiled.issues;
  return issues.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

interface Row {
  readonly config: CorsConfig;
  readonly found: readonly string[];
}

// V15: "Configuration that must be refused".
const rows: readonly Row[] = [
  { config: { origins: [a] }, found: [] },
  { config: { origins: [a], credentials: true }, found: [] },
  { config: { origins: ['*'] }, found: [] },
  {
    config: { origins: ['*'], credentials: true },
    found: ['error wildcard-with-credentials origins[0]'],
  },
  {
    config: {
      origins: [a],
      credentials: true,
      methods: ['*'],
      requestHeaders: ['*'],
      exposeHeaders: ['*'],
    },
    found: [
      'error wildcard-with-credentials methods[0]',
      'error wildcard-with-credentials requestHeaders[0]',
      'error wildcard-with-credentials exposeHeaders[0]',
    ],
  },
  { config: { origins: ['null'] }, found: ['error origin-null origins[0]'] },
  { config: { origins: ['null'], dangerouslyAllowNullOrigin: true }, found: [] },
  {
    config: { origins: ['null'], credentials: true, dangerouslyAllowNullOrigin: true },
    found: ['error origin-null-with-credentials origins[0]'],
  },
  { config: { origins: ['https://*'] }, found: ['error origin-any-host origins[0]'] },
  {
    config: { origins: ['https://*.com', 'https://*.github.io', 'https://*.a.github.io'] },
    found: ['error origin-public-suffix origins[0]', 'error origin-public-suffix origins[1]'],
  },
  { config: { origins: ['https://*.com'], dangerouslyAllowPublicSuffixes: true }, found: [] },
  { config: { origins: ['http://*.localhost:*'], credentials: true }, found: [] },
  {
    config: { origins: ['http://a.test', 'http://*.a.test', 'http://a.test:*'], credentials: true },
    found: [
      'error origin-insecure-with-credentials origins[0]',
      'error origin-insecure-with-credentials origins[1]',
      'error origin-insecure-with-credentials origins[2]',
    ],
  },
  {
    config: {
      origins: ['http://a.test'],
      credentials: true,
      dangerouslyAllowInsecureOrigins: true,
    },
    found: [],
  },
  { config: { origins: ['http://a.test'] }, found: [] },
  {
    config: { origins: ['http://localhost:*', 'http://127.0.0.1:9000'], credentials: true },
    found: [],
  },
  {
    config: {
      origins: [
        'https://example.com:443',
        'https://example.com/path',
        'https://example.com?query',
        'https://example.com/',
        'https://Example.com',
        'https://exämple.com',
        'http://[0:0:0:0:0:0:0:1]:3000',
        'https://a_b.test',
        'https://app*.example.com',
      ],
    },
    found: [
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => `error origin-invalid origins[${index}]`),
      'error origin-pattern-invalid origins[8]',
    ],
  },
  { config: { origins: ['https://a_b.test'], allowUnderscoreInHosts: true }, found: [] },
  { config: { origins: [a, a] }, found: ['error duplicate origins[1]'] },
  {
    config: { origins: ['https://*.a.test', 'https://b.a.test'] },
    found: ['warning origin-redundant origins[1]'],
  },
  { config: { origins: ['*', a] }, found: ['warning origin-redundant origins[1]'] },
  { config: { origins: [] }, found: ['warning no-origins origins'] },
  {
    config: { origins: [a], methods: ['patch', 'put', 'PATCH', 'a b', 'TRACE', 'PATCH'] },
    found: [
      'error duplicate methods[5]',
      'warning method-case methods[0]',
      'warning method-case methods[1]',
      'error method-invalid methods[3]',
      'error method-forbidden methods[4]',
    ],
  },
  {
    config: {
      origins: [a],
      requestHeaders: ['x-a', 'X-A', 'Cookie', 'Host', 'Sec-Fetch-Site', 'a:b'],
    },
    found: [
      'error duplicate requestHeaders[1]',
      'warning header-forbidden requestHeaders[2]',
      'warning header-forbidden requestHeaders[3]',
      'warning header-forbidden requestHeaders[4]',
      'error header-invalid requestHeaders[5]',
    ],
  },
  {
    config: { origins: [a], requestHeaders: ['*'] },
    found: ['warning wildcard-without-authorization requestHeaders[0]'],
  },
  { config: { origins: [a], requestHeaders: ['*', 'Authorization'] }, found: [] },
  {
    config: { origins: [a], exposeHeaders: ['ETag', 'Set-Cookie', 'a b', 'etag'] },
    found: [
      'error duplicate exposeHeaders[3]',
      'error expose-forbidden exposeHeaders[1]',
      'error expose-invalid exposeHeaders[2]',
    ],
  },
  ...[86_401, -2, 1.5, Number.NaN].map((maxAgeSeconds) => ({
    config: { origins: [a], maxAgeSeconds },
    found: ['error max-age-invalid maxAgeSeconds'],
  })),
  ...[86_400, 0, -1].map((maxAgeSeconds) => ({
    config: { origins: [a], maxAgeSeconds },
    found: [],
  })),
];

test.each(rows)('$config: $found', ({ config, found }) => {
  expect(findings(config)).toEqual(found);
});

test('a configuration of the wrong shape is refused by name, not by a crash', () => {
  const config = {
    origins: 'https://a.test',
    credential: true,
    methods: [1],
    credentials: 'yes',
    onDenied: 'ignore',
    preflightStatus: 500,
  };
  // @ts-expect-error None of these is what the type asks for.
  expect(findings(config)).toEqual([
    'error unknown-key credential',
    'error wrong-type origins',
    'error wrong-type methods',
    'error wrong-type credentials',
    'error wrong-type onDenied',
    'error wrong-type preflightStatus',
  ]);
  // @ts-expect-error An origin is a string or a rule.
  expect(findings({ origins: [{ pattern: a, depth: 1 }, 7] })).toEqual([
    'error wrong-type origins',
  ]);
});

test('the error says everything that is wrong', () => {
  const refused = compilePolicy({ origins: ['*', 'https://A.test'], credentials: true });
  expect(() => orThrow(refused)).toThrow(CorsPolicyError);
  expect(() => orThrow(refused)).toThrow(/origins\[0\]: .*\n.*origins\[1\]: .*lower case/);
});

test('the policy does not change with the configuration it was made of', () => {
  const origins = [a];
  const methods = ['PUT'];
  const policy = orThrow(compilePolicy({ origins, methods }));
  origins.push('https://evil.test');
  methods.push('DELETE');
  expect(policy.methods.has('DELETE')).toBe(false);
  expect(policy.origins.exact.has('https://evil.test')).toBe(false);
});
