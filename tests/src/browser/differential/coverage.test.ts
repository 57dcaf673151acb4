import { expect, test } from 'vitest';
import { generate } from './generate.ts';
import { predict } from './predict.ts';
import { frames, initiators } from './scenario.ts';
import { count, firstSeed } from './seeds.ts';

const origins = {
  A: 'http://site.localhost:1001',
  B: 'http://site.localhost:1002',
  C: 'http://other.localhost:1003',
};

/** All that a script can run into without TLS, streams, integrity or twenty redirects. */
const failures = [
  'AllowOriginMismatch',
  'BlockedByCorp',
  'BlockedByNosniff',
  'BlockedByOrb',
  'CorsDisabledScheme',
  'DisallowedByMode',
  'HeaderDisallowedByPreflightResponse',
  'InvalidAllowCredentials',
  'InvalidAllowHeadersPreflightResponse',
  'InvalidAllowMethodsPreflightResponse',
  'InvalidAllowOriginValue',
  'InvalidRedirect',
  'InvalidRequest',
  'MethodDisallowedByPreflightResponse',
  'MissingAllowOriginHeader',
  'MultipleAllowOriginValues',
  'NoCorsRedirectModeNotFollow',
  'PreflightAllowOriginMismatch',
  'PreflightDisallowedRedirect',
  'PreflightInvalidAllowCredentials',
  'PreflightInvalidAllowOriginValue',
  'PreflightInvalidStatus',
  'PreflightMissingAllowOriginHeader',
  'PreflightMultipleAllowOriginValues',
  'PreflightWildcardOriginNotAllowed',
  'RedirectContainsCredentials',
  'RedirectDisallowed',
  'WildcardOriginNotAllowed',
];

const ways = [
  'readable',
  'opaque',
  'blocked',
  'preflight',
  'no preflight',
  'redirect',
  'cache hit',
];

test('the 300 scenarios of npm test meet all there is', () => {
  const met = new Set<string>();
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const scenario = generate(seed);
    met.add(scenario.frame);
    const outcomes = predict(scenario, origins, 'chromium');
    for (const [at, { verdict, failure, requests }] of outcomes.entries()) {
      const { initiator } = scenario.asks[at] ?? {};
      met
        .add(initiator ?? '')
        .add(verdict)
        .add(failure ?? 'no failure');
      const preflights = requests.filter((line) => !line.includes('acrm -'));
      met.add(preflights.length > 0 ? 'preflight' : 'no preflight');
      const actual = requests.length - preflights.length;
      if (actual > 1) met.add('redirect');
      const before = outcomes[at - 1]?.requests ?? [];
      const spared = at > 0 && scenario.asks[at] === scenario.asks[at - 1];
      if (spared && actual > 0 && requests.length < before.length) met.add('cache hit');
    }
  }
  const wanted = [...frames, ...initiators, ...failures, ...ways];
  expect(wanted.filter((one) => !met.has(one))).toEqual([]);
});
