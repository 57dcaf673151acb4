import { connect } from 'node:net';
import { once } from 'node:events';
import {
  csrfPolicy,
  csrfTokens,
  keyRing,
  limitReports,
  type CsrfConfig,
  type CsrfReport,
} from '@causeway/csrf';
import { describe, expect, test } from 'vitest';
import { exchange, type Ask } from '../adapters/exchange.ts';
import { webhook, type Contender, type CsrfServed, type Rules } from './contender.ts';
import { expressFive, expressFour } from './express.ts';
import { fastifyFive } from './fastify.ts';
import { hono } from './hono.ts';
import { node } from './node.ts';
import { upgrade } from './upgrade.ts';

// What every adapter does, over real HTTP: the same headers, the same answer, whoever serves.
const own = 'https://bank.example';
const friend = 'https://friend.example';
const evil = 'https://evil.example';
const cookie = 'session=1';
const config: CsrfConfig = { publicOrigins: [own], trustedOrigins: [friend], exempt: [webhook] };
const policyOf = (more: Partial<CsrfConfig> = {}): Rules => ({
  policy: csrfPolicy({ ...config, ...more }),
});
const post = (headers: Ask['headers'], body = ''): Ask => ({
  method: 'POST',
  headers: { Cookie: cookie, 'Content-Type': 'text/plain', ...headers },
  body,
});
const keys = await keyRing([{ id: 'a', secret: new Uint8Array(32).fill(1) }]);
const tokens = csrfTokens({ keys });

async function through(
  contender: Contender,
  rules: Rules,
  asking: (served: CsrfServed) => Promise<void>,
): Promise<void> {
  const server = await contender.serve(rules);
  try {
    await asking(server);
  } finally {
    await server.close();
  }
}

describe.each([node, expressFive, expressFour, fastifyFive, hono])('$name', (contender) => {
  test('refuses a foreign POST before anything runs, and says why', async () => {
    await through(contender, policyOf(), async ({ url, handled }) => {
      const foreign = { Origin: evil, 'Sec-Fetch-Site': 'cross-site' };
      const answer = await exchange(`${url}/pay`, post(foreign, 'x'.repeat(1_000_000)));
      expect([answer.status, answer.body]).toEqual([403, 'Forbidden: cross-site\n']);
      expect(answer.header('cache-control')).toBe('no-store');
      expect(answer.header('content-type')).toBe('text/plain; charset=utf-8');
      const missing = await exchange(`${url}/missing`, post(foreign));
      expect([missing.status, handled]).toEqual([403, []]);
    });
  });

  // Vectors 14, with all that a browser sends; the numbers are their rows.
  test.each([
    ['14.1', { 'Sec-Fetch-Site': 'same-origin', Origin: own }, 'paid'],
    ['14.2', { 'Sec-Fetch-Site': 'cross-site', Origin: evil }, 'cross-site'],
    ['14.3', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://a.bank.example' }, 'same-site'],
    ['14.5', {}, 'without-origin, token-not-configured'],
    ['14.5 without a cookie', { Cookie: '' }, 'paid'],
    [
      '14.5 Basic',
      { Cookie: '', Authorization: 'Basic eDp5' },
      'without-origin, token-not-configured',
    ],
    ['14.6', { Origin: own }, 'paid'],
    ['14.8', { Origin: 'null' }, 'origin-null, token-not-configured'],
    ['14.9', { 'Sec-Fetch-Site': 'cross-site', Origin: friend }, 'paid'],
    ['14.18', { 'Sec-Fetch-Site': 'future-value', Origin: evil }, 'origin-not-trusted'],
    ['14.18 own', { 'Sec-Fetch-Site': 'future-value', Origin: own }, 'paid'],
    ['14.19', { Origin: 'https://x@bank.example' }, 'origin-invalid'],
    ['14.20', { Origin: 'http://bank.example' }, 'origin-not-trusted'],
  ])('%s %j: %s', async (_, headers, said) => {
    await through(contender, policyOf(), async ({ url }) => {
      const answer = await exchange(`${url}/pay`, post(headers));
      const expected = said === 'paid' ? [200, said] : [403, `Forbidden: ${said}\n`];
      expect([answer.status, answer.body]).toEqual(expected);
    });
  });

  test.each([undefined, 'application/json', 'APPLICATION/X-WWW-FORM-URLENCODED', 'x'])(
    '14.11 the content type %s makes no difference',
    async (type) => {
      await through(contender, policyOf(), async ({ url, handled }) => {
        const headers = { Cookie: cookie, Origin: evil, ...(type && { 'Content-Type': type }) };
        const answer = await exchange(`${url}/pay`, { method: 'POST', headers });
        expect([answer.status, answer.body]).toEqual([403, 'Forbidden: origin-not-trusted\n']);
        expect(handled).toEqual([]);
      });
    },
  );

  test('14.13, 14.15 safe methods pass, and with isolation only what is meant', async () => {
    const image = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' };
    const object = { ...image, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'object' };
    const link = { ...object, 'Sec-Fetch-Dest': 'document' };
    await through(contender, policyOf(), async ({ url }) => {
      for (const headers of [image, object, link]) {
        const answer = await exchange(`${url}/pay`, { headers });
        expect([answer.status, answer.header('vary')]).toEqual([200, 'Accept']);
      }
    });
    await through(contender, policyOf({ isolation: true }), async ({ url }) => {
      for (const headers of [image, object]) {
        const answer = await exchange(`${url}/pay`, { headers });
        expect([answer.status, answer.body]).toEqual([403, 'Forbidden: isolated\n']);
      }
      const answer = await exchange(`${url}/pay`, { headers: link });
      expect(answer.status).toBe(200);
      const vary = 'Accept, Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Origin';
      expect(answer.lines('vary').join(', ')).toBe(vary);
    });
  });

  test('never believes Host, nor what a proxy or an attacker says about it', async () => {
    // Go compares Origin with Host; hono with the URL that it makes of Host.
    await through(contender, policyOf(), async ({ url }) => {
      const host = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' };
      const refused = await exchange(`${url}/pay`, post({ ...host, Origin: evil }));
      expect(refused.status).toBe(403);
      const behind = { Host: 'internal:8080', Origin: own };
      expect((await exchange(`${url}/pay`, post(behind))).body).toBe('paid');
    });
  });

  test('takes headers that came twice for neither', async () => {
    await through(contender, policyOf(), async ({ url }) => {
      const twice = await exchange(`${url}/pay`, post({ Origin: [own, own] }));
      expect(twice.body).toBe('Forbidden: origin-invalid\n');
      const sites = ['same-origin', 'cross-site'];
      const site = await exchange(`${url}/pay`, post({ 'Sec-Fetch-Site': sites, Origin: evil }));
      expect(site.body).toBe('Forbidden: origin-not-trusted\n');
    });
  });

  test.each([
    { 'X-HTTP-Method-Override': 'DELETE' },
    { 'X-HTTP-Method-Override': 'GET', 'X-Method-Override': 'DELETE' },
    { 'X-HTTP-Method': 'post' },
  ])('looks at the method that is meant: %j', async (headers) => {
    await through(contender, policyOf(), async ({ url }) => {
      const answer = await exchange(`${url}/pay`, { headers: { ...headers, Origin: evil } });
      expect(answer.body).toBe('Forbidden: origin-not-trusted\n');
    });
  });

  test('leaves preflights to CORS', async () => {
    await through(contender, policyOf({ isolation: true }), async ({ handled, url }) => {
      const headers = { Origin: evil, 'Access-Control-Request-Method': 'PUT' };
      await exchange(`${url}/pay`, { method: 'OPTIONS', headers });
      expect(handled).toEqual(['OPTIONS /pay']);
    });
  });

  test('lets a token decide what the headers leave open, for this session only', async () => {
    await through(contender, { ...policyOf(), tokens }, async ({ url, handled }) => {
      const token = await tokens.issue(cookie);
      const ask = async (headers: Ask['headers']): Promise<string> =>
        (await exchange(`${url}/pay`, post({ Origin: 'null', ...headers }, ' 5'))).body.trimEnd();
      expect(await ask({ 'X-CSRF-Token': token })).toBe('paid 5');
      expect(handled).toEqual(['POST /pay']);
      const refused = async (headers: Ask['headers']): Promise<string> =>
        (await ask(headers)).replace('Forbidden: origin-null, ', '');
      expect(await refused({})).toBe('token-missing');
      expect(await refused({ 'X-CSRF-Token': token.slice(1) })).toBe('token-malformed');
      expect(await refused({ 'X-CSRF-Token': [token, token] })).toBe('token-malformed');
      const other = await tokens.issue('session=2');
      expect(await refused({ 'X-CSRF-Token': other })).toBe('token-other-session');
      expect(await refused({ 'X-CSRF-Token': token, Cookie: '' })).toBe('token-without-session');
      // What the headers refuse, no token opens.
      const foreign = { Origin: evil, 'X-CSRF-Token': token };
      expect(await ask(foreign)).toBe('Forbidden: origin-not-trusted');
      expect(handled).toHaveLength(1);
    });
  });

  test('asks every request that changes state for a token, if the policy does', async () => {
    const rules = { ...policyOf({ token: 'required' }), tokens };
    await through(contender, rules, async ({ url }) => {
      const headers = { Origin: own, 'Sec-Fetch-Site': 'same-origin' };
      const missing = await exchange(`${url}/pay`, post(headers));
      expect(missing.body).toBe('Forbidden: token-required, token-missing\n');
      const token = await tokens.issue(cookie);
      const sent = await exchange(`${url}/pay`, post({ ...headers, 'X-CSRF-Token': token }));
      expect(sent.body).toBe('paid');
      expect((await exchange(`${url}/pay`)).status).toBe(200);
    });
  });

  test('finds a token in the field of a form', async ({ skip }) => {
    if (contender.lacks.includes('form')) skip('node:http has no body parser');
    const rules = { ...policyOf(), tokens, inForm: true };
    await through(contender, rules, async ({ url }) => {
      const type = { Origin: 'null', 'Content-Type': 'application/x-www-form-urlencoded' };
      const field = `csrf=${await tokens.issue(cookie)}`;
      const sent = await exchange(`${url}/pay`, post(type, field));
      expect(sent.status).toBe(200);
      for (const [body, problem] of [
        ['', 'token-missing'],
        [`${field}&${field}`, 'token-malformed'],
      ] as const) {
        const refused = await exchange(`${url}/pay`, post(type, body));
        expect(refused.body).toBe(`Forbidden: origin-null, ${problem}\n`);
      }
    });
  });

  test('lets nothing pass when the session cannot be found out', async () => {
    const session = async (): Promise<string> => Promise.reject(new Error('no database'));
    await through(contender, { ...policyOf(), tokens, session }, async ({ url, handled }) => {
      const headers = { Origin: 'null', 'X-CSRF-Token': await tokens.issue(cookie) };
      const answer = await exchange(`${url}/pay`, post(headers));
      expect([answer.status, handled]).toEqual([500, []]);
      expect((await exchange(`${url}/pay`, post({ Origin: own }))).status).toBe(200);
    });
  });

  test('only tells, when the policy only reports; at most so often', async () => {
    const told: CsrfReport[] = [];
    const onDenied = limitReports((report) => void told.push(report), {
      perMinute: 2,
      now: () => 0,
    });
    const rules = { ...policyOf({ mode: 'report' }), onDenied };
    await through(contender, rules, async ({ url, handled }) => {
      for (const origin of [evil, 'null', evil, evil]) {
        expect((await exchange(`${url}/pay`, post({ Origin: origin }))).body).toBe('paid');
      }
      expect(handled).toHaveLength(4);
      expect(told).toMatchObject([
        { enforced: false, reason: 'origin-not-trusted', method: 'POST', origin: evil },
        { enforced: false, reason: 'token-not-configured', origin: 'null' },
      ]);
    });
    told.length = 0;
    const enforcing = { ...policyOf(), onDenied: (report: CsrfReport) => void told.push(report) };
    await through(contender, enforcing, async ({ url }) => {
      await exchange(`${url}/pay`, post({ Origin: evil }));
      expect(told).toMatchObject([{ enforced: true, reason: 'origin-not-trusted' }]);
    });
  });

  test('14.21 lets the one route that is exempt take requests from everywhere', async () => {
    await through(contender, policyOf(), async ({ url }) => {
      const foreign = post({ Origin: evil, 'Sec-Fetch-Site': 'cross-site' });
      expect((await exchange(`${url}/webhook`, foreign)).body).toBe('paid');
      for (const path of ['/webhooks', '//webhook', '/webhook%2f..%2fpay', '/pay?/webhook']) {
        const answer = await exchange(url + path, foreign);
        expect([path, answer.status]).toEqual([path, 403]);
      }
    });
  });

  test('opens event streams for its own pages and for those it trusts', async () => {
    await through(contender, policyOf(), async ({ url, handled }) => {
      const ask = async (headers: Ask['headers']): Promise<string> => {
        const accept = { Accept: 'text/event-stream', Cookie: cookie };
        return (await exchange(`${url}/events`, { headers: { ...accept, ...headers } })).body;
      };
      const stream = 'data: hello\n\n';
      expect(await ask({})).toBe(stream);
      expect(await ask({ 'Sec-Fetch-Site': 'same-origin' })).toBe(stream);
      expect(await ask({ 'Sec-Fetch-Site': 'cross-site', Origin: friend })).toBe(stream);
      expect(handled).toHaveLength(3);
      expect(await ask({ Origin: evil })).toBe('Forbidden: origin-not-trusted\n');
      expect(await ask({ 'Sec-Fetch-Site': 'cross-site', Origin: evil })).toBe(
        'Forbidden: cross-site\n',
      );
      expect(handled).toHaveLength(3);
    });
  });

  test.each([
    // Chromium sends no Sec-Fetch-* with a handshake.
    ['open', { Origin: own }],
    ['open', { Origin: friend }],
    ['open', { Origin: own, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'websocket' }],
    ['open', { Cookie: '' }],
    ['origin-not-trusted', { Origin: evil }],
    ['origin-not-trusted', { Origin: evil, Upgrade: 'something-else' }],
    ['cross-site', { Origin: evil, 'Sec-Fetch-Site': 'cross-site' }],
    ['origin-null, token-not-configured', { Origin: 'null' }],
    ['without-origin, token-not-configured', {}],
  ])('a WebSocket: %s, %j', async (said, headers) => {
    await through(contender, policyOf(), async ({ url, handled }) => {
      const upgraded = await upgrade(`${url}/socket`, { Cookie: cookie, ...headers });
      const [status, body, through] =
        said === 'open' ? [101, said, ['upgrade /socket']] : [403, `Forbidden: ${said}\n`, []];
      expect(upgraded).toEqual({ status, body });
      expect(handled).toEqual(through);
    });
  });

  test('a WebSocket that breaks off while it is decided breaks nothing else', async () => {
    let decide = (): void => {};
    const waiting = new Promise<string>((resolve) => {
      decide = () => resolve(cookie);
    });
    let asked = (): void => {};
    const beingAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const session = async (): Promise<string> => {
      asked();
      return waiting;
    };
    await through(contender, { ...policyOf(), tokens, session }, async ({ url, handled }) => {
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: null\r\n\r\n',
      );
      await beingAsked;
      socket.resetAndDestroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
      decide();
      expect((await exchange(`${url}/pay`)).body).toBe('paid');
      expect(handled).toEqual(['GET /pay']);
    });
  });

  test('a WebSocket is closed when the session cannot be found out', async () => {
    const session = async (): Promise<string> => Promise.reject(new Error('no database'));
    await through(contender, { ...policyOf(), tokens, session }, async ({ url, handled }) => {
      await expect(upgrade(url, { Origin: 'null' })).rejects.toThrow(/hang up|ECONNRESET/);
      expect(handled).toEqual(['broken']);
    });
  });
});
