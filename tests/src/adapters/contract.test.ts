import {
  compilePolicy,
  decide,
  livePolicy,
  orThrow,
  reportRefusals,
  withOriginProvider,
  type CorsPolicy,
  type CorsRefusal,
} from '@causeway/cors';
import type { CorsAdapterOptions, CorsDecider } from '@causeway/cors/node';
import { describe, expect, test } from 'vitest';
import type { Contender, ContractSource } from './contender.ts';
import { contenders } from './contenders.ts';
import { exchange, type Answer, type Ask } from './exchange.ts';

// What every adapter does, over real HTTP. The cases are what users of other CORS middlewares
// complained of; each names where.
const A = 'https://a.example';
const fromA = { headers: { Origin: A } };
const asks = (method: string, headers: Readonly<Record<string, string>> = {}): Ask => ({
  method: 'OPTIONS',
  headers: { Origin: A, 'Access-Control-Request-Method': method, ...headers },
});
const allowA = orThrow(
  compilePolicy({ origins: [A], credentials: true, methods: ['PUT', 'QUERY'] }),
);
const anyone = orThrow(compilePolicy({ origins: ['*'], exposeHeaders: ['x-public'] }));
const nobody = orThrow(compilePolicy({ origins: ['https://other.example'] }));

const allowed = (answer: Answer): string | undefined =>
  answer.header('access-control-allow-origin');

async function through(
  contender: Contender,
  source: ContractSource,
  asking: (url: string) => Promise<void>,
  options: CorsAdapterOptions = {},
): Promise<void> {
  const server = await contender.serve(source, options);
  try {
    await asking(server.url);
  } finally {
    await server.close();
  }
}

describe.each(contenders)('$name', (contender) => {
  test('answers a preflight before authentication, and explains a 401 to the page', async () => {
    // Spring, ASP.NET, Express: authentication before CORS answers the OPTIONS with 401.
    await through(contender, allowA, async (url) => {
      const preflight = await exchange(`${url}/secret`, asks('PUT'));
      expect([preflight.status, allowed(preflight)]).toEqual([204, A]);
      const refused = await exchange(`${url}/secret`, fromA);
      expect([refused.status, allowed(refused)]).toEqual([401, A]);
    });
  });

  test('leaves plain OPTIONS to the application, found or not', async () => {
    // fastify-cors#88, #281; expressjs/cors answers all of them.
    await through(contender, allowA, async (url) => {
      const plain = await exchange(`${url}/own`, { method: 'OPTIONS' });
      expect([plain.status, plain.body, allowed(plain)]).toEqual([200, 'own', undefined]);
      const missing = await exchange(`${url}/missing`, { method: 'OPTIONS', ...fromA });
      expect([missing.status, allowed(missing)]).toEqual([404, A]);
    });
  });

  test('answers preflights of paths and methods that no route has, QUERY among them', async () => {
    // flask-cors PR#413, gofiber#4436, hono#5115.
    await through(contender, allowA, async (url) => {
      const answer = await exchange(`${url}/missing`, asks('QUERY'));
      expect([answer.status, answer.body, allowed(answer)]).toEqual([204, '', A]);
      expect(answer.header('access-control-allow-methods')).toBe('PUT,QUERY');
    });
  });

  test('gives an answer of 200 to a preflight no body either', async () => {
    const policy = orThrow(compilePolicy({ origins: [A], preflightStatus: 200 }));
    await through(contender, policy, async (url) => {
      const answer = await exchange(`${url}/answer`, asks('GET'));
      expect([answer.status, answer.body]).toEqual([200, '']);
    });
  });

  test('says the same to HEAD as to GET', async () => {
    await through(contender, allowA, async (url) => {
      const answer = await exchange(`${url}/answer`, { method: 'HEAD', ...fromA });
      expect([answer.status, answer.body, allowed(answer)]).toEqual([200, '', A]);
      expect(answer.header('vary')).toBe('Origin');
    });
  });

  test('sets its headers on a stream', async () => {
    await through(contender, allowA, async (url) => {
      const answer = await exchange(`${url}/stream`, fromA);
      expect([answer.body, allowed(answer)]).toEqual(['abc', A]);
    });
  });

  test('never says whom it would allow: no credentials, no wildcard for strangers', async () => {
    // expressjs/cors and hono send Allow-Credentials to refused origins; h3 1.x answers a request
    // without Origin with "*".
    await through(contender, allowA, async (url) => {
      for (const headers of [{}, { Origin: 'https://evil.example' }, { Origin: 'null' }]) {
        const answer = await exchange(`${url}/answer`, { headers });
        expect(allowed(answer)).toBeUndefined();
        expect(answer.header('access-control-allow-credentials')).toBeUndefined();
        expect(answer.header('vary')).toBe('Origin');
      }
    });
  });

  test('does not copy the Vary of the request', async () => {
    // Hono, GHSA-q7jf-gf43-6x6p.
    await through(contender, allowA, async (url) => {
      const answer = await exchange(`${url}/answer`, { headers: { Origin: A, Vary: 'Cookie' } });
      expect(answer.header('vary')).toBe('Origin');
    });
  });

  test('merges Vary with that of the handler, lines and all', async () => {
    // hono#2932, #4471; envoy#35873.
    await through(contender, allowA, async (url) => {
      const two = 'header=Vary:Accept&header=Vary:origin';
      const answer = await exchange(encodeURI(`${url}/answer?${two}`), fromA);
      expect(answer.lines('vary').join(', ')).toBe('Accept, origin');
      const other = await exchange(`${url}/answer?header=Vary:Accept`, fromA);
      expect(other.header('vary')).toBe('Accept, Origin');
    });
  });

  test('lets one voice speak, and tells of the other', async () => {
    // nginx in front of Express, a proxied upstream: "contains multiple values".
    const told: string[] = [];
    const onReplaced = (name: string, value: string): void => void told.push(`${name}: ${value}`);
    await through(
      contender,
      allowA,
      async (url) => {
        const name = 'header=Access-Control-Allow-Origin';
        const twice = await exchange(`${url}/answer?${name}:${A}&${name}:${A}`, fromA);
        expect(allowed(twice)).toBe(A);
        const other = await exchange(`${url}/answer?${name}:https://other.example`, fromA);
        expect(allowed(other)).toBe(A);
        expect(told).toContain('Access-Control-Allow-Origin: https://other.example');
        const listed = 'header=Access-Control-Expose-Headers:x-secret';
        const exposed = await exchange(`${url}/answer?${listed}`, fromA);
        expect(exposed.header('access-control-expose-headers')).toBeUndefined();
      },
      { onReplaced },
    );
  });

  test('keeps the other headers as they are', async () => {
    await through(contender, allowA, async (url) => {
      const query = 'header=Set-Cookie:a=1&header=Set-Cookie:b=2&header=ETag:"x"';
      const answer = await exchange(encodeURI(`${url}/answer?${query}`), fromA);
      expect(answer.lines('set-cookie')).toEqual(['a=1', 'b=2']);
      expect(answer.header('etag')).toBe('"x"');
    });
  });

  test('replaces what a layer before it said, and keeps its Vary', async ({ skip }) => {
    if (contender.lacks.includes('before')) skip('nothing can stand before a function');
    await through(contender, allowA, async (url) => {
      const said = (header: string): Ask => ({ headers: { Origin: A, 'X-Before': header } });
      const origin = await exchange(`${url}/answer`, said('Access-Control-Allow-Origin:*'));
      expect(allowed(origin)).toBe(A);
      const vary = await exchange(`${url}/answer`, said('Vary:Accept-Encoding'));
      expect(vary.header('vary')).toBe('Accept-Encoding, Origin');
      const star = await exchange(`${url}/answer`, said('Vary:*'));
      expect(star.header('vary')).toBe('*');
    });
  });

  test.for(['object', 'flat', 'pairs', 'message'])(
    'has the last word when the head is written raw: %s',
    async (form, { skip }) => {
      if (contender.lacks.includes('head')) skip('it has no raw response');
      await through(contender, allowA, async (url) => {
        const answer = await exchange(`${url}/head?form=${form}`, fromA);
        expect([answer.status, answer.body, allowed(answer)]).toEqual([200, 'head', A]);
        expect(answer.header('vary')).toBe('Accept, Origin');
        expect(answer.lines('set-cookie')).toEqual(['a=1', 'b=2']);
      });
    },
  );

  test('lets routes have policies of their own, or none', async () => {
    // fastify-cors#384, expressjs/cors#264, digiaonline/lumen-cors#53.
    const byPath = (path: string): CorsPolicy | undefined =>
      path === '/own' ? undefined : path === '/stream' ? anyone : allowA;
    await through(contender, { byPath }, async (url) => {
      const open = await exchange(`${url}/stream`, fromA);
      expect([allowed(open), open.header('access-control-expose-headers')]).toEqual([
        '*',
        'x-public',
      ]);
      expect(open.header('vary')).toBeUndefined();
      const closed = await exchange(`${url}/answer`, fromA);
      expect(allowed(closed)).toBe(A);
      // Where CORS has no say, even a preflight is the application's.
      const own = await exchange(`${url}/own`, asks('PUT'));
      expect([own.status, own.body, own.header('vary')]).toEqual([200, 'own', undefined]);
    });
  });

  test('asks a policy that is replaced while it serves', async () => {
    const source = livePolicy(nobody);
    await through(contender, source, async (url) => {
      expect(allowed(await exchange(`${url}/answer`, fromA))).toBeUndefined();
      source.replace(allowA);
      expect(allowed(await exchange(`${url}/answer`, fromA))).toBe(A);
    });
  });

  test('waits for a decider that needs time, before anything runs', async () => {
    const source: CorsDecider = {
      decide: async (facts) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return decide(allowA, facts);
      },
    };
    await through(contender, source, async (url) => {
      expect(allowed(await exchange(`${url}/answer`, fromA))).toBe(A);
      expect(allowed(await exchange(`${url}/throws`, fromA))).toBe(A);
      expect((await exchange(`${url}/answer`, asks('PUT'))).status).toBe(204);
      const limited = {
        method: 'POST',
        headers: { ...fromA.headers, 'Content-Type': 'text/plain' },
      };
      const small = await exchange(`${url}/limited`, { ...limited, body: 'x'.repeat(99) });
      expect([small.status, allowed(small)]).toEqual([200, A]);
    });
  });

  test('fails closed when the origins cannot be asked for', async () => {
    const source = withOriginProvider(nobody, async () => new Promise(() => undefined), {
      timeLimitMs: 20,
    });
    await through(contender, source, async (url) => {
      const answer = await exchange(`${url}/answer`, fromA);
      expect([answer.status, allowed(answer), answer.header('vary')]).toEqual([
        200,
        undefined,
        'Origin',
      ]);
    });
  });

  test('tells of a refusal with the path, and without the query', async () => {
    const told: CorsRefusal[] = [];
    const source = reportRefusals(nobody, (refusal) => void told.push(refusal));
    await through(contender, source, async (url) => {
      await exchange(`${url}/answer?token=secret`, fromA);
      await exchange(`${url}/secret?token=secret`, asks('PUT'));
      expect(told.map(({ kind, method, path }) => [kind, method, path])).toEqual([
        ['actual', 'GET', '/answer'],
        ['preflight', 'PUT', '/secret'],
      ]);
    });
  });

  test('permits nothing when the decider fails', async () => {
    const source: CorsDecider = { decide: async () => Promise.reject(new Error('no database')) };
    await through(contender, source, async (url) => {
      const answer = await exchange(`${url}/answer`, asks('PUT'));
      expect([answer.status, allowed(answer)]).toEqual([500, undefined]);
    });
  });
});
