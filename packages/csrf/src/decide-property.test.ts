import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { CsrfFacts } from './decision.ts';
import { describe as sentenceOf } from './describe.ts';
import { csrfPolicy } from './policy.ts';

// Cross-site requests that change state, whatever else they say: the first bar.
const own = ['https://bank.example', 'https://www.bank.example:8443'];
const trusted = ['https://pay.example', 'https://*.partner.example', 'http://localhost:*'];
const known = [...own, 'https://pay.example', 'https://a.partner.example', 'http://localhost:1'];
const strangers = fc.oneof(
  fc.constantFrom(
    'null',
    'https://evil.example',
    'http://bank.example',
    'https://bank.example:444',
    'https://bank.example.evil.example',
    'https://evil-bank.example',
    'https://partner.example',
    'https://xpartner.example',
    'https://x@bank.example',
    'https://bank.example,https://evil.example',
    'https://bank.example/',
    'https://BANK.example',
    'chrome-extension://bank.example',
  ),
  fc.webUrl().map((url) => new URL(url).origin),
  fc.string(),
);
const text = fc.option(fc.string(), { nil: undefined });
const header = (...values: readonly string[]): fc.Arbitrary<string | undefined> =>
  fc.oneof(fc.constantFrom(undefined, ...values), fc.string());

/** Every option but those that open the door on purpose: `dangerously…`, exempt routes, QUERY. */
const configs = fc.record({
  publicOrigins: fc.constant(own),
  trustedOrigins: fc.constantFrom(undefined, [], trusted),
  sessionCookies: fc.constantFrom(undefined, ['session']),
  withoutOrigin: fc.constantFrom(undefined, 'if-no-credentials', 'token'),
  token: fc.constantFrom(undefined, 'fallback', 'required'),
  query: fc.constantFrom(undefined, 'state-changing'),
  isolation: fc.constantFrom(undefined, true, false),
});

const anything = {
  fetchMode: header('cors', 'no-cors', 'navigate', 'websocket'),
  fetchDest: header('document', 'iframe', 'object', 'empty'),
  upgrade: header('websocket', 'h2c'),
  accept: header('text/event-stream', '*/*'),
  methodOverride: header('GET', 'HEAD', 'DELETE'),
  authorization: header('Basic eDp5', 'Bearer x'),
  clientCertificate: fc.boolean(),
  route: fc.constantFrom(undefined, {}),
};

/** The two ways to ask the server to change something, both with what the browser adds by itself. */
const changing = fc.oneof(
  fc.record({
    ...anything,
    method: fc.oneof(fc.constantFrom('POST', 'PUT', 'DELETE', 'QUERY', 'get'), fc.string()),
  }),
  fc.record({ ...anything, method: fc.constant('GET'), methodOverride: fc.constant('DELETE') }),
  fc.record({ ...anything, method: fc.constant('GET'), upgrade: fc.constant('websocket') }),
);
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

function isChanging({ method, methodOverride, upgrade }: Omit<CsrfFacts, 'origin'>): boolean {
  return !safe.has(method) || methodOverride === 'DELETE' || upgrade === 'websocket';
}

/** Said without the matcher that is tested. */
function isKnown(origin = ''): boolean {
  const below = /^https:\/\/[a-z0-9.-]+\.partner\.example$/.test(origin);
  return known.includes(origin) || below || /^http:\/\/localhost(:\d+)?$/.test(origin);
}

/** What a browser sends for a page that is none of ours, whichever browser and whatever page. */
const foreign = fc.oneof(
  fc.record({ fetchSite: fc.constantFrom('cross-site', 'same-site'), origin: strangers }),
  fc.record({
    fetchSite: fc.constantFrom('cross-site', 'same-site'),
    origin: fc.constant(undefined),
  }),
  // Without Fetch Metadata, or with a word that is not known yet.
  fc.record({ fetchSite: fc.constantFrom(undefined, 'future', ''), origin: strangers }),
  // A browser so old that it sends neither.
  fc.record({ fetchSite: fc.constant(undefined), origin: fc.constant(undefined) }),
);

test('nothing that changes state passes from a foreign page without a token', () => {
  fc.assert(
    fc.property(configs, changing, foreign, (config, request, page) => {
      fc.pre(isChanging(request) && !isKnown(page.origin));
      const facts = { ...request, ...page, cookie: 'session=1' };
      expect(decide(csrfPolicy(config), facts).kind).not.toBe('allow');
    }),
    { numRuns: 1500 },
  );
});

test('whoever is trusted passes, or only waits for the token that the policy wants', () => {
  const sites = fc.constantFrom(undefined, 'cross-site', 'same-site', 'future');
  fc.assert(
    fc.property(changing, sites, fc.constantFrom(...known), (request, fetchSite, origin) => {
      fc.pre(isChanging(request));
      const facts = { ...request, fetchSite, origin, cookie: 'session=1' };
      const config = { publicOrigins: own, trustedOrigins: trusted };
      expect(decide(csrfPolicy(config), facts).kind).toBe('allow');
      const required = decide(csrfPolicy({ ...config, token: 'required' }), facts);
      expect(['allow', 'ask-token']).toContain(required.kind);
    }),
  );
});

test('it decides about anything at all, the same twice, with a sentence that is not long', () => {
  const facts = fc.record({
    ...anything,
    method: fc.oneof(fc.constantFrom('GET', 'POST'), fc.string()),
    origin: fc.oneof(strangers, text),
    fetchSite: header('same-origin', 'none', 'cross-site'),
    cookie: text,
  });
  fc.assert(
    fc.property(configs, facts, (config, asked) => {
      const policy = csrfPolicy(config);
      const decision = decide(policy, asked);
      expect(decide(policy, asked)).toBe(decision);
      expect(sentenceOf(asked, decision).length).toBeLessThan(1600);
    }),
  );
});
