import { describe, expect, test } from 'vitest';
import type { CsrfConfig } from './config.ts';
import { decide, settleByToken } from './decide.ts';
import type { CsrfDecision, CsrfFacts } from './decision.ts';
import { csrfPolicy } from './policy.ts';

const own = 'https://h';
const evil = 'https://evil.example';
const friend = 'https://friend.example';
const route = (): void => {};

/** A POST with a session's cookie, as a browser would send it, and what else is said. */
function ask(facts: Partial<CsrfFacts>, config: Partial<CsrfConfig> = {}): CsrfDecision {
  const policy = csrfPolicy({ publicOrigins: [own], trustedOrigins: [friend], ...config });
  return decide(policy, { method: 'POST', origin: undefined, cookie: 'session=1', ...facts });
}

const allowed = (reason: string): object => ({ kind: 'allow', reason });
const denied = (reason: string): object => ({ kind: 'deny', reason });
const asked = (reason: string): object => ({ kind: 'ask-token', reason });

describe('vectors 14', () => {
  test('14.1 the browser says same-origin', () => {
    expect(ask({ fetchSite: 'same-origin' })).toMatchObject(allowed('same-origin'));
    expect(ask({ fetchSite: 'same-origin', origin: own })).toMatchObject(allowed('same-origin'));
  });

  test('14.2 another site', () => {
    const decision = ask({ fetchSite: 'cross-site', origin: evil });
    expect(decision).toEqual({ kind: 'deny', stage: 'fetch-site', reason: 'cross-site' });
  });

  test('14.3 a sibling of the same site, unless it is trusted', () => {
    const facts = { fetchSite: 'same-site', origin: 'https://blog.h' };
    expect(ask(facts)).toMatchObject(denied('same-site'));
    const trusting = { trustedOrigins: ['https://blog.h'] };
    expect(ask(facts, trusting)).toMatchObject(allowed('trusted-origin'));
  });

  test.each([
    [{ cookie: undefined }, {}, allowed('no-credentials')],
    [{ cookie: ' ' }, {}, allowed('no-credentials')],
    [{}, {}, asked('without-origin')],
    [{ cookie: 'theme=dark' }, { sessionCookies: ['session'] }, allowed('no-credentials')],
    [{ cookie: 'a=b; session=1' }, { sessionCookies: ['session'] }, asked('without-origin')],
    [{ cookie: 'a'.repeat(16_385) }, { sessionCookies: ['x'] }, asked('without-origin')],
    [{ cookie: undefined, authorization: 'Bearer x' }, {}, allowed('no-credentials')],
    [{ cookie: undefined, authorization: 'bAsIc eDp5' }, {}, asked('without-origin')],
    [{ cookie: undefined, authorization: 'Negotiate x' }, {}, asked('without-origin')],
    [{ cookie: undefined, clientCertificate: true }, {}, asked('without-origin')],
    [{ cookie: undefined }, { withoutOrigin: 'token' }, asked('without-origin')],
    [{}, { withoutOrigin: 'dangerously-allow' }, allowed('without-origin-allowed')],
  ] as const)('14.5 neither header, %j, %j', (facts, config, decision) => {
    expect(ask(facts, config)).toMatchObject(decision);
  });

  test('14.6 no Fetch Metadata, and a public origin', () => {
    expect(ask({ origin: own })).toMatchObject(allowed('own-origin'));
  });

  test('14.8 Origin: null is never one of the origins', () => {
    expect(ask({ origin: 'null' })).toMatchObject(asked('origin-null'));
    expect(ask({ origin: 'null', cookie: undefined })).toMatchObject(asked('origin-null'));
    const lax = { withoutOrigin: 'dangerously-allow' } as const;
    expect(ask({ origin: 'null' }, lax)).toMatchObject(asked('origin-null'));
    expect(ask({ origin: 'null', fetchSite: 'cross-site' })).toMatchObject(denied('cross-site'));
    // Vector 11.7: a page's own form under no-referrer.
    expect(ask({ origin: 'null', fetchSite: 'same-origin' })).toMatchObject(allowed('same-origin'));
  });

  test('14.9 another site that is trusted', () => {
    const decision = ask({ fetchSite: 'cross-site', origin: friend });
    expect(decision).toMatchObject(allowed('trusted-origin'));
  });

  test('14.11 the content type is no part of what is asked', () => {
    // Hono's GHSA-2234-fmw7-43wr, SvelteKit's CVE-2023-29008: gated on it. The contract of the
    // adapters sends requests without one.
    // @ts-expect-error -- there is no such fact
    const facts: CsrfFacts = { method: 'POST', origin: evil, contentType: 'application/json' };
    expect(ask(facts)).toMatchObject(denied('origin-not-trusted'));
  });

  test('14.13 a GET of another site: only isolation minds', () => {
    const facts = {
      method: 'GET',
      fetchSite: 'cross-site',
      fetchMode: 'no-cors',
      fetchDest: 'empty',
    };
    expect(ask(facts)).toMatchObject(allowed('safe-method'));
    expect(ask(facts, { isolation: true })).toMatchObject(denied('isolated'));
  });

  test.each(['object', 'embed', 'iframe'])('14.15 navigation of <%s>: isolation', (fetchDest) => {
    const facts = { method: 'GET', fetchSite: 'cross-site', fetchMode: 'navigate', fetchDest };
    expect(ask(facts)).toMatchObject(allowed('safe-method'));
    expect(ask(facts, { isolation: true })).toMatchObject(denied('isolated'));
  });

  test('14.16 QUERY changes state unless told', () => {
    const facts = { method: 'QUERY', fetchSite: 'cross-site', origin: evil };
    expect(ask(facts)).toMatchObject(denied('cross-site'));
    expect(ask(facts, { query: 'safe' })).toMatchObject(allowed('safe-method'));
  });

  test.each(['future-value', 'Same-Origin', 'same-origin, same-origin', 'none, none', ''])(
    '14.18 Sec-Fetch-Site: "%s" says nothing',
    (fetchSite) => {
      expect(ask({ fetchSite, origin: evil })).toMatchObject(denied('origin-not-trusted'));
      expect(ask({ fetchSite, origin: own })).toMatchObject(allowed('own-origin'));
      expect(ask({ fetchSite })).toMatchObject(asked('without-origin'));
    },
  );

  test.each([
    'https://x@h',
    'https://h/',
    'https://h:443',
    'https://H',
    'https://h, https://h',
    '',
    'a'.repeat(100_000),
  ])('14.19 "%.20s" is no origin', (origin) => {
    expect(ask({ origin })).toMatchObject(denied('origin-invalid'));
  });

  test('14.20 without encryption Origin decides, scheme and port included', () => {
    const config = { publicOrigins: ['http://h:8080'] };
    expect(ask({ origin: 'http://h:8080' }, config)).toMatchObject(allowed('own-origin'));
    for (const origin of ['https://h:8080', 'http://h', 'http://h:80801', 'https://h']) {
      expect(ask({ origin }, config)).toMatchObject({ kind: 'deny', stage: 'origin' });
    }
  });

  test('14.21 only this very route is exempt', () => {
    const facts = { fetchSite: 'cross-site', origin: evil };
    const config = { exempt: [route] };
    expect(ask({ ...facts, route }, config)).toMatchObject(allowed('exempt-route'));
    expect(ask({ ...facts, route: () => {} }, config)).toMatchObject(denied('cross-site'));
    expect(ask(facts, config)).toMatchObject(denied('cross-site'));
  });
});

describe('methods', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])('%s is safe, whoever asks', (method) => {
    const decision = ask({ method, fetchSite: 'cross-site', origin: evil });
    expect(decision).toEqual({ kind: 'allow', stage: 'method', reason: 'safe-method' });
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'get', 'BREW', ''])(
    '%s is not',
    (method) => {
      expect(ask({ method, fetchSite: 'cross-site' })).toMatchObject(denied('cross-site'));
    },
  );

  test.each(['DELETE', 'delete', 'GET, DELETE', 'GET, GET', ''])(
    'a GET that says it is "%s" is none',
    (methodOverride) => {
      const facts = { method: 'GET', methodOverride, fetchSite: 'cross-site', origin: evil };
      expect(ask(facts)).toMatchObject(denied('cross-site'));
    },
  );

  test('a POST that says it is a GET stays a POST', () => {
    const facts = { methodOverride: 'GET', fetchSite: 'cross-site', origin: evil };
    expect(ask(facts)).toMatchObject(denied('cross-site'));
    const disguised = { method: 'GET', methodOverride: 'HEAD', fetchSite: 'cross-site' };
    expect(ask(disguised)).toMatchObject(allowed('safe-method'));
  });
});

describe('what the user does', () => {
  test('a bookmark or an address that was typed', () => {
    expect(ask({ fetchSite: 'none' })).toMatchObject(allowed('user-initiated'));
  });
});

describe('WebSocket', () => {
  const handshake = { method: 'GET', upgrade: 'WebSocket' };

  test.each([
    // Chromium sends no Sec-Fetch-* on it; vector 11.17: Origin always.
    [{ origin: own }, allowed('own-origin')],
    [{ origin: friend }, allowed('trusted-origin')],
    [{ origin: evil }, denied('origin-not-trusted')],
    [{ origin: 'null' }, asked('origin-null')],
    [{ origin: evil, fetchSite: 'cross-site' }, denied('cross-site')],
    [{ origin: own, fetchSite: 'same-origin' }, allowed('same-origin')],
    [{}, asked('without-origin')],
    [{ cookie: undefined }, allowed('no-credentials')],
  ])('%j', (facts, decision) => {
    expect(ask({ ...handshake, ...facts })).toMatchObject(decision);
  });

  test('it is known by its mode, and in a list of upgrades', () => {
    const stranger = { method: 'GET', origin: evil };
    for (const facts of [
      { fetchMode: 'websocket' },
      { fetchMode: 'webtransport' },
      { upgrade: 'h2c, websocket' },
    ]) {
      expect(ask({ ...stranger, ...facts })).toMatchObject(denied('origin-not-trusted'));
    }
    expect(ask({ ...stranger, upgrade: 'h2c' })).toMatchObject(allowed('safe-method'));
  });

  test('no token is asked of it: script cannot send one', () => {
    const required = { token: 'required' } as const;
    expect(ask({ ...handshake, origin: own }, required)).toMatchObject(allowed('own-origin'));
    expect(ask({ origin: own }, required)).toMatchObject(asked('token-required'));
  });
});

describe('EventSource', () => {
  test.each([
    [{}, allowed('event-stream-same-origin')],
    [{ fetchSite: 'same-origin' }, allowed('same-origin')],
    [{ origin: own }, allowed('own-origin')],
    [{ fetchSite: 'cross-site', origin: friend }, allowed('trusted-origin')],
    [{ fetchSite: 'cross-site', origin: evil }, denied('cross-site')],
    [{ fetchSite: 'same-site', origin: 'https://blog.h' }, denied('same-site')],
    [{ origin: evil }, denied('origin-not-trusted')],
    [{ origin: 'null' }, asked('origin-null')],
  ])('%j', (facts, decision) => {
    const stream = { method: 'GET', accept: 'Text/Event-Stream', ...facts };
    expect(ask(stream)).toMatchObject(decision);
  });
});

describe('isolation', () => {
  const get = { method: 'GET', fetchSite: 'cross-site' };

  test.each([
    [{ fetchMode: 'navigate', fetchDest: 'document' }, allowed('top-level-navigation')],
    [{ fetchMode: 'navigate' }, allowed('top-level-navigation')],
    [{ fetchMode: 'no-cors', fetchDest: 'image' }, denied('isolated')],
    [{ fetchMode: 'cors', origin: friend }, allowed('trusted-origin')],
    [{ fetchMode: 'cors', origin: evil }, denied('isolated')],
    [{ fetchSite: 'same-site', fetchMode: 'no-cors' }, denied('isolated')],
    [{ fetchSite: 'same-origin', fetchMode: 'cors' }, allowed('same-origin')],
    [{ fetchSite: 'none', fetchMode: 'navigate' }, allowed('user-initiated')],
    // WebKit and curl say nothing.
    [{ fetchSite: undefined }, allowed('safe-method')],
    [{ method: 'OPTIONS', origin: evil }, allowed('safe-method')],
    [{ method: 'HEAD', fetchMode: 'navigate' }, allowed('top-level-navigation')],
  ])('%j', (facts, decision) => {
    expect(ask({ ...get, ...facts }, { isolation: true })).toMatchObject(decision);
  });
});

describe('the token', () => {
  test('decides what the headers leave open, and never what they refuse', () => {
    const decision = ask({ origin: 'null' });
    if (decision.kind !== 'ask-token') throw new Error('It has to be asked for.');
    expect(settleByToken(decision, undefined)).toMatchObject(allowed('token-valid'));
    expect(settleByToken(decision, 'token-forged')).toEqual({
      kind: 'deny',
      stage: 'token',
      reason: 'token-forged',
      asked: 'origin-null',
    });
    const required = { token: 'required' } as const;
    const foreign = { fetchSite: 'cross-site', origin: evil };
    expect(ask(foreign, required)).toMatchObject(denied('cross-site'));
    expect(ask({ ...foreign, route }, { ...required, exempt: [route] })).toMatchObject(
      allowed('exempt-route'),
    );
  });
});
