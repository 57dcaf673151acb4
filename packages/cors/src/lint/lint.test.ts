import { describe, expect, test } from 'vitest';
import type { CorsConfig } from '../config.ts';
import { compilePolicy } from '../policy.ts';
import type { S3CorsRule } from '../s3/rule.ts';
import type { LintOptions } from './finding.ts';
import { correct, lint } from './lint.ts';
import type { LintSubject } from './lint.ts';

const a = 'https://a.test';
const options: LintOptions = { isPublicSuffix: (host) => ['github.io', 'com'].includes(host) };
const codes = (subject: LintSubject, more: LintOptions = {}) =>
  lint(subject, { ...options, ...more }).map(({ code, path }) => `${code} ${path}`);
const s3 = (rule: S3CorsRule): readonly S3CorsRule[] => [
  { AllowedOrigins: [a], AllowedMethods: ['GET'], ...rule },
];

interface Row {
  readonly what: string;
  readonly subject: LintSubject;
  readonly found: readonly string[];
  readonly corrected: LintSubject;
  /** What is left afterwards; nothing unless told. */
  readonly left?: readonly string[];
}

const policies: readonly Row[] = [
  {
    what: 'a sound policy',
    subject: { origins: [a], credentials: true, methods: ['PUT'], requestHeaders: ['x-a'] },
    found: [],
    corrected: { origins: [a], credentials: true, methods: ['PUT'], requestHeaders: ['x-a'] },
  },
  {
    what: '"*" with credentials',
    subject: { origins: ['*'], credentials: true },
    found: ['wildcard-with-credentials origins[0]'],
    corrected: { origins: ['*'], credentials: false },
  },
  {
    what: 'names behind "*" with credentials',
    subject: { origins: [a], credentials: true, methods: ['*'], exposeHeaders: ['*', 'etag'] },
    found: ['wildcard-with-credentials methods[0]', 'wildcard-with-credentials exposeHeaders[0]'],
    corrected: {
      origins: [a],
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposeHeaders: ['etag'],
    },
  },
  {
    what: 'origins that no browser sends',
    subject: {
      origins: [
        'HTTPS://B.test:443/path?q',
        'c.test',
        'http://[0:0:0:0:0:0:0:1]:3000',
        'https://u@d.test',
      ],
    },
    found: [0, 1, 2, 3].map((index) => `origin-invalid origins[${index}]`),
    corrected: {
      origins: ['https://b.test', 'https://c.test', 'http://[::1]:3000', 'https://d.test'],
    },
  },
  {
    what: 'an origin that cannot be guessed',
    subject: { origins: [a, 'https://exämple.com', 'https://app*.b.test', 'https://*'] },
    found: [
      'origin-invalid origins[1]',
      'origin-pattern-invalid origins[2]',
      'origin-any-host origins[3]',
    ],
    corrected: { origins: [a, 'https://exämple.com', 'https://app*.b.test', 'https://*'] },
    left: [
      'origin-invalid origins[1]',
      'origin-pattern-invalid origins[2]',
      'origin-any-host origins[3]',
    ],
  },
  {
    what: 'null, a public suffix, an unencrypted origin, an origin that a pattern covers',
    subject: {
      origins: [
        'null',
        'https://*.github.io',
        'http://b.test',
        'https://*.a.test',
        'https://x.a.test',
      ],
      credentials: true,
    },
    found: [
      'origin-null-with-credentials origins[0]',
      'origin-public-suffix origins[1]',
      'origin-insecure-with-credentials origins[2]',
      'origin-redundant origins[4]',
    ],
    corrected: { origins: ['https://b.test', 'https://*.a.test'], credentials: true },
  },
  {
    what: 'a rule with labels keeps them',
    subject: { origins: [{ pattern: 'http://*.B.test', labels: 'one' }], credentials: true },
    found: ['origin-pattern-invalid origins[0]'],
    corrected: { origins: [{ pattern: 'https://*.b.test', labels: 'one' }], credentials: true },
  },
  {
    what: 'methods and headers',
    subject: {
      origins: [a],
      methods: ['put', 'PUT', 'TRACE', 'a b'],
      requestHeaders: ['*', 'Cookie', 'x y', 'Access-Control-Request-Private-Network'],
      exposeHeaders: ['Set-Cookie', 'etag', 'ETag'],
      maxAgeSeconds: 100_000,
    },
    found: [
      'method-case methods[0]',
      'method-forbidden methods[2]',
      'method-invalid methods[3]',
      'wildcard-without-authorization requestHeaders[0]',
      'header-forbidden requestHeaders[1]',
      'header-invalid requestHeaders[2]',
      'duplicate exposeHeaders[2]',
      'expose-forbidden exposeHeaders[0]',
      'max-age-invalid maxAgeSeconds',
      'private-network-obsolete requestHeaders[3]',
    ],
    corrected: {
      origins: [a],
      methods: ['PUT'],
      requestHeaders: ['*', 'authorization'],
      exposeHeaders: ['etag'],
      maxAgeSeconds: 86_400,
    },
  },
];

const rules: readonly Row[] = [
  {
    what: 'sound rules',
    subject: s3({ AllowedHeaders: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 3000 }),
    found: [],
    corrected: s3({ AllowedHeaders: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 3000 }),
  },
  {
    what: 'uploads that cannot be in parts',
    subject: s3({ AllowedMethods: ['PUT'] }),
    found: ['etag-not-exposed [0].ExposeHeaders'],
    corrected: s3({ AllowedMethods: ['PUT'], ExposeHeaders: ['ETag'] }),
  },
  {
    what: 'origins that no browser sends',
    subject: s3({ AllowedOrigins: ['', 'http://localhost:80', 'https://T.com/', 't.org'] }),
    found: [
      'origin-empty [0].AllowedOrigins[0]',
      ...[1, 2, 3].map((index) => `origin-never-matches [0].AllowedOrigins[${index}]`),
    ],
    corrected: s3({ AllowedOrigins: ['http://localhost', 'https://t.com', 'https://t.org'] }),
  },
  {
    what: 'patterns that strangers fit into',
    subject: s3({
      AllowedOrigins: [
        '*t.org',
        'https://*e.net',
        'http*://f.net',
        'https://*',
        'https://g*.h.net',
      ],
    }),
    found: [
      ...[0, 1, 2, 3, 4].map((index) => `origin-wildcard-wide [0].AllowedOrigins[${index}]`),
      ...[1, 4].map((index) => `origin-redundant [0].AllowedOrigins[${index}]`),
    ],
    corrected: s3({ AllowedOrigins: ['*'] }),
  },
  {
    what: 'a pattern of which one cannot know what was meant',
    subject: s3({ AllowedOrigins: ['https://g*.h.net'] }),
    found: ['origin-wildcard-wide [0].AllowedOrigins[0]'],
    corrected: s3({ AllowedOrigins: ['https://g*.h.net'] }),
    left: ['origin-wildcard-wide [0].AllowedOrigins[0]'],
  },
  {
    what: 'origins that are dangerous with credentials',
    subject: s3({
      AllowedOrigins: ['null', 'http://b.test', 'https://*.github.io', 'http://localhost:*'],
    }),
    found: [
      'origin-null [0].AllowedOrigins[0]',
      'origin-insecure [0].AllowedOrigins[1]',
      'origin-public-suffix [0].AllowedOrigins[2]',
    ],
    corrected: s3({ AllowedOrigins: ['https://b.test', 'http://localhost:*'] }),
  },
  {
    what: 'headers, age, methods',
    subject: s3({
      AllowedMethods: ['get', 'PATCH', 'GET'],
      AllowedHeaders: ['host', 'x y', 'x-amz-*', 'Access-Control-Request-Private-Network'],
      ExposeHeaders: ['two words', 'Set-Cookie', 'x-amz-*'],
      MaxAgeSeconds: -1,
    }),
    found: [
      'method-unsupported [0].AllowedMethods[0]',
      'method-unsupported [0].AllowedMethods[1]',
      'expose-wildcard [0].ExposeHeaders[2]',
      'header-forbidden [0].AllowedHeaders[0]',
      'header-invalid [0].AllowedHeaders[1]',
      'private-network-obsolete [0].AllowedHeaders[3]',
      'expose-invalid [0].ExposeHeaders[0]',
      'expose-forbidden [0].ExposeHeaders[1]',
      'max-age-negative [0].MaxAgeSeconds',
    ],
    corrected: s3({
      AllowedMethods: ['GET', 'GET'],
      AllowedHeaders: ['x-amz-*'],
      ExposeHeaders: [],
      MaxAgeSeconds: 0,
    }),
  },
  {
    what: 'a rule behind another',
    subject: {
      CORSRules: [
        {
          AllowedOrigins: ['https://*.a.test'],
          AllowedMethods: ['GET', 'HEAD'],
          AllowedHeaders: ['X-*'],
        },
        { AllowedOrigins: ['https://b.a.test'], AllowedMethods: ['GET'], AllowedHeaders: ['x-b'] },
        { AllowedOrigins: ['https://*.c.a.test'], AllowedMethods: ['HEAD', 'DELETE'] },
        { AllowedOrigins: ['https://*.example.test'], AllowedMethods: ['GET'] },
      ],
    },
    found: ['rule-unreachable CORSRules[1]', 'method-shadowed CORSRules[2].AllowedMethods[0]'],
    corrected: {
      CORSRules: [
        {
          AllowedOrigins: ['https://*.a.test'],
          AllowedMethods: ['GET', 'HEAD'],
          AllowedHeaders: ['X-*'],
        },
        { AllowedOrigins: ['https://*.c.a.test'], AllowedMethods: ['DELETE'] },
        { AllowedOrigins: ['https://*.example.test'], AllowedMethods: ['GET'] },
      ],
    },
  },
  {
    what: 'a rule that allows nothing',
    subject: [{ AllowedOrigins: [], AllowedMethods: ['GET'] }, ...s3({})],
    found: ['origin-missing [0].AllowedOrigins'],
    corrected: s3({}),
  },
  {
    what: 'too long and repeated IDs',
    subject: [
      ...s3({ ID: 'x'.repeat(256) }),
      ...s3({ ID: 'b', AllowedOrigins: ['https://b.test'] }),
      ...s3({ ID: 'b', AllowedOrigins: ['https://c.test'] }),
    ],
    found: ['id-too-long [0].ID', 'id-repeated [2].ID'],
    corrected: [
      ...s3({ ID: 'x'.repeat(255) }),
      ...s3({ ID: 'b', AllowedOrigins: ['https://b.test'] }),
      ...s3({ AllowedOrigins: ['https://c.test'] }),
    ],
  },
  { what: 'no rules', subject: [], found: ['no-rules '], corrected: [], left: ['no-rules '] },
];

describe.each([...policies, ...rules])('$what', ({ subject, found, corrected, left = [] }) => {
  test('is found', () => {
    expect(codes(subject).toSorted()).toEqual(found.toSorted());
  });
  test('is corrected, in a copy', () => {
    const before = JSON.stringify(subject);
    const result = correct(subject, options);
    expect(result.subject).toEqual(corrected);
    expect(result.left.map(({ code, path }) => `${code} ${path}`)).toEqual(left);
    expect(JSON.stringify(subject)).toBe(before);
  });
});

test('shapes that a file may have are named and mended', () => {
  const written: unknown = JSON.parse(`[
    { "AllowedOrigin": ["https://a.test"], "AllowedMethods": "GET", "MaxAgeSeconds": "3000", "ID": 7, "Extra": 1 }
  ]`);
  // @ts-expect-error It comes from a file.
  const result = correct(written, options);
  expect(result.subject).toEqual([
    { AllowedOrigins: [a], AllowedMethods: ['GET'], MaxAgeSeconds: 3000, ID: '7' },
  ]);
  expect(result.corrected.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'unknown-key [0].AllowedOrigin',
    'unknown-key [0].Extra',
    'wrong-type [0].AllowedMethods',
    'wrong-type [0].ID',
    'wrong-type [0].MaxAgeSeconds',
  ]);
});

test('the options of other libraries are known by their names', () => {
  const express = {
    origin: 'https://a.test',
    allowedHeaders: ['x-a'],
    maxAge: 600,
    optionsSuccessStatus: 200,
    allowPrivateNetwork: true,
  };
  // @ts-expect-error Another library's options.
  const result = correct(express, options);
  expect(result.subject).toEqual({
    origins: [a],
    requestHeaders: ['x-a'],
    maxAgeSeconds: 600,
    preflightStatus: 200,
  });
});

test('ten mistakes are ten findings, each with its place and what to write instead', () => {
  const config: CorsConfig = {
    origins: ['https://A.test', 'https://a.test/', 'null', 'http://b.test', 'https://*.com'],
    credentials: true,
    methods: ['put', '*'],
    requestHeaders: ['x y', 'Cookie'],
    maxAgeSeconds: -7,
  };
  const findings = lint(config, options);
  expect(findings).toHaveLength(10);
  expect(new Set(findings.map(({ path }) => path)).size).toBe(10);
  for (const { message, fix } of findings) {
    expect(message).toMatch(/\.$/);
    expect(fix).not.toEqual([]);
  }
  expect(compilePolicy(config, options).ok).toBe(false);
});

test('near addresses: what Chromium asks before a page may reach them', () => {
  const config: CorsConfig = {
    origins: ['https://a.test', 'http://b.test', 'http://192.168.1.5', 'http://localhost:*', '*'],
  };
  const near = ['local-network-permission origins[0]', 'local-network-insecure origins[1]'];
  const network = (server: LintOptions['server']) =>
    codes(config, { server }).filter((code) => code.startsWith('local'));
  expect(network('public')).toEqual([]);
  expect(network('local')).toEqual(near);
  expect(network('loopback')).toEqual([...near, 'local-network-insecure origins[2]']);
  expect(codes(s3({ AllowedOrigins: ['https://*.a.test', '*'] }), { server: 'local' })).toContain(
    'local-network-permission [0].AllowedOrigins[0]',
  );
});
