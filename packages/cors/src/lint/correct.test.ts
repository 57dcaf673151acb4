import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CorsConfig } from '../config.ts';
import { decide } from '../decide.ts';
import { compilePolicy } from '../policy.ts';
import { compileS3Cors } from '../s3/compile.ts';
import { decideS3 } from '../s3/decide.ts';
import type { LintOptions } from './finding.ts';
import { correct } from './lint.ts';

const options: LintOptions = { isPublicSuffix: (host) => ['github.io', 'com'].includes(host) };
const origin = fc.constantFrom(
  'https://a.test',
  'https://*.a.test',
  'https://x.a.test',
  '*',
  'http*',
  '*a.test',
  'null',
  'http://b.test',
  'https://*.github.io',
  'https://*',
  'http://localhost:*',
);
const rule = fc.record(
  {
    AllowedOrigins: fc.array(origin, { maxLength: 3 }),
    AllowedMethods: fc.array(fc.constantFrom('GET', 'PUT', 'DELETE'), { maxLength: 3 }),
    AllowedHeaders: fc.array(fc.constantFrom('*', 'x-a', 'x-*', 'host'), { maxLength: 2 }),
    MaxAgeSeconds: fc.integer({ min: -5, max: 100_000 }),
  },
  { requiredKeys: ['AllowedOrigins', 'AllowedMethods'] },
);
const callers = [
  'https://a.test',
  'https://x.a.test',
  'https://evila.test',
  'https://z.test',
  'null',
  'http://b.test',
  'https://u.github.io',
  'http://localhost:1',
];

test('corrected rules allow nothing with credentials that was not allowed', () => {
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), (list) => {
      const { subject, left } = correct(list, options);
      expect(left.filter(({ fix }) => fix.length > 0)).toEqual([]);
      const before = compileS3Cors(list.filter(isWhole));
      const after = compileS3Cors(subject);
      // Nothing is left of rules that allowed nothing.
      if (!after.ok && subject.length === 0) return;
      if (!after.ok || !before.ok) throw new Error('it was not corrected');
      for (const method of ['GET', 'PUT', 'DELETE']) {
        for (const caller of callers) {
          const facts = { method, origin: caller };
          const now = decideS3(after.policy, facts).headers['Access-Control-Allow-Credentials'];
          const then = decideS3(before.policy, facts).headers;
          // http://b.test becomes https://b.test, which is another origin and none of the callers.
          expect(now === undefined || then['Access-Control-Allow-Origin'] !== undefined).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

function isWhole({
  AllowedOrigins,
  AllowedMethods,
}: {
  AllowedOrigins: string[];
  AllowedMethods: string[];
}): boolean {
  return AllowedOrigins.length > 0 && AllowedMethods.length > 0;
}

test('a corrected policy compiles unless something is left, and allows nothing more', () => {
  const config = fc.record({
    origins: fc.array(
      origin.filter((text) => !['http*', '*a.test', 'https://*'].includes(text)),
      { maxLength: 4 },
    ),
    credentials: fc.boolean(),
    methods: fc.array(fc.constantFrom('GET', 'PUT', '*', 'put'), { maxLength: 3 }),
    requestHeaders: fc.array(fc.constantFrom('*', 'x-a', 'cookie'), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(config, (written) => {
      const { subject, left } = correct<CorsConfig>(written, options);
      const compiled = compilePolicy(subject, options);
      expect(left.map(({ code }) => code).filter((code) => code !== 'no-origins')).toEqual([]);
      if (!compiled.ok) throw new Error('it does not compile');
      for (const caller of callers) {
        const now = decide(compiled.policy, { method: 'GET', origin: caller });
        if (now.kind !== 'actual' || !now.allowed) continue;
        const named =
          written.origins.includes('*') || written.origins.some((text) => text === caller);
        const below = caller === 'https://x.a.test' && written.origins.includes('https://*.a.test');
        const port =
          caller === 'http://localhost:1' && written.origins.includes('http://localhost:*');
        expect(named || below || port).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('nothing makes it throw', () => {
  const keys = fc.constantFrom(
    'origins',
    'methods',
    'requestHeaders',
    'CORSRules',
    'maxAgeSeconds',
    'AllowedOrigins',
    'AllowedMethods',
    'ExposeHeaders',
    '__proto__',
  );
  const subject = fc.oneof(
    fc.anything(),
    fc.dictionary(keys, fc.oneof(fc.anything(), fc.array(fc.anything()), fc.array(fc.string()))),
    fc.array(fc.dictionary(keys, fc.oneof(fc.anything(), fc.array(fc.string())))),
  );
  fc.assert(
    fc.property(subject, (value) => {
      // @ts-expect-error Anything at all.
      expect(Array.isArray(correct(value, options).left)).toBe(true);
    }),
    { numRuns: 400 },
  );
});
