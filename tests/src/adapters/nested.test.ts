import { createServer as createHttp2, connect } from 'node:http2';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { compilePolicy, orThrow } from '@causeway/cors';
import { cors as expressCors } from '@causeway/cors/express';
import { cors as fastifyCors } from '@causeway/cors/fastify';
import { withCors as fetchCors } from '@causeway/cors/fetch';
import { cors as honoCors } from '@causeway/cors/hono';
import { withCors as nodeCors } from '@causeway/cors/node';
import { expect, test } from 'vitest';
import { served } from './contender.ts';
import { exchange } from './exchange.ts';

// What only one framework has: routers within routers, immutable answers, HTTP/2.
const A = 'https://a.example';
const fromA = { headers: { Origin: A } };
const closed = orThrow(compilePolicy({ origins: [A], credentials: true, methods: ['PUT'] }));
const open = orThrow(compilePolicy({ origins: ['*'], methods: ['PATCH'] }));
const preflight = (method: string) => ({
  method: 'OPTIONS',
  headers: { Origin: A, 'Access-Control-Request-Method': method },
});

async function listening(server: Server): Promise<ReturnType<typeof served>> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return served(server);
}

test('Express: the policy of a route has the word over that of the application', async () => {
  const app = express();
  const told: string[] = [];
  app.use(expressCors(closed, { onReplaced: (name) => void told.push(name) }));
  app.get('/open', expressCors(open), (_, response) => void response.send('open'));
  const { url, close } = await listening(createServer(app));
  const answer = await exchange(`${url}/open`, fromA);
  expect(answer.header('access-control-allow-origin')).toBe('*');
  expect(answer.header('access-control-allow-credentials')).toBeUndefined();
  expect(told).toEqual([]);
  await close();
});

test('Express: its own answer to OPTIONS stays', async () => {
  const app = express();
  app.use(expressCors(closed));
  app.put('/thing', (_, response) => void response.send('put'));
  const { url, close } = await listening(createServer(app));
  const answer = await exchange(`${url}/thing`, { method: 'OPTIONS', ...fromA });
  expect([answer.status, answer.header('allow')]).toEqual([200, 'PUT']);
  await close();
});

test('Hono: the policy of a route has the word, also over an answer that cannot be changed', async () => {
  const app = new Hono();
  app.use(honoCors(closed));
  app.use('/open', honoCors(open));
  app.get('/open', () => Response.redirect('https://b.example/', 302));
  const answer = await app.request('/open', fromA);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  expect(answer.headers.get('location')).toBe('https://b.example/');
});

test('Fetch: an answer that fetch brought is copied, its own CORS headers replaced', async () => {
  const upstream = await listening(
    createServer((_, response) => {
      response
        .writeHead(206, { 'Access-Control-Allow-Origin': '*', Vary: 'Accept' })
        .end('upstream');
    }),
  );
  const handler = fetchCors(closed, async () => fetch(upstream.url));
  const answer = await handler(new Request('http://localhost/', fromA));
  expect([answer.status, await answer.text()]).toEqual([206, 'upstream']);
  expect(answer.headers.get('access-control-allow-origin')).toBe(A);
  expect(answer.headers.get('vary')).toBe('Accept, Origin');
  await upstream.close();
});

test('Fetch: further arguments are passed on, and errors without onError', async () => {
  const handler = fetchCors(closed, (_: Request, name: string) => {
    if (name === '') throw new Error('no name');
    return new Response(name);
  });
  const request = new Request('http://localhost/', fromA);
  expect(await (await handler(request, 'worker')).text()).toBe('worker');
  await expect(handler(request, '')).rejects.toThrow('no name');
  // A network error is no answer, and no copy of it can be made.
  const failing = fetchCors(closed, () => Response.error());
  expect((await failing(request)).type).toBe('error');
});

test('Fastify: groups below a prefix have policies of their own, preflights and 404 included', async () => {
  const app = fastify();
  await app.register(
    async (group) => {
      await group.register(fastifyCors(open));
      group.patch('/thing', async () => 'patched');
      group.options('/own', async () => 'own');
    },
    { prefix: '/public' },
  );
  app.get('/private', async () => 'private');
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  for (const path of ['/public/thing', '/public']) {
    const granted = await exchange(`${address}${path}`, preflight('PATCH'));
    expect([granted.status, granted.header('access-control-allow-methods')]).toEqual([
      204,
      'PATCH',
    ]);
  }
  const plain = await exchange(`${address}/public/thing`, { method: 'OPTIONS' });
  expect(plain.status).toBe(404);
  const own = await exchange(`${address}/public/own`, { method: 'OPTIONS' });
  expect([own.status, own.body]).toEqual([200, 'own']);
  const other = await exchange(`${address}/private`, fromA);
  expect(other.header('access-control-allow-origin')).toBeUndefined();
  expect((await exchange(`${address}/private`, preflight('PATCH'))).status).toBe(404);
  await app.close();
});

test('Fastify: what inject sees', async () => {
  const app = fastify();
  await app.register(fastifyCors(closed));
  app.get('/', async () => 'fine');
  const fine = await app.inject({ url: '/', headers: { origin: A } });
  expect([fine.body, fine.headers['access-control-allow-origin']]).toEqual(['fine', A]);
  await app.close();
});

test('node: HTTP/2 through its compatibility API', async () => {
  const server = createHttp2(
    nodeCors(closed, (_, response) => {
      response.setHeader('Vary', 'Accept');
      response.end('two');
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { url, close } = served(server);
  const client = connect(url);
  const ask = async (headers: Record<string, string>): Promise<unknown> => {
    const stream = client.request({ ':path': '/', origin: A, ...headers }, { endStream: true });
    const [answer]: unknown[] = await once(stream, 'response');
    stream.resume();
    await once(stream, 'close');
    return answer;
  };
  expect(await ask({})).toMatchObject({ 'access-control-allow-origin': A, vary: 'Accept, Origin' });
  const granted = { ':method': 'OPTIONS', 'access-control-request-method': 'PUT' };
  expect(await ask(granted)).toMatchObject({
    ':status': 204,
    'access-control-allow-methods': 'PUT',
  });
  client.close();
  await close();
});

test('node: a second head is Node’s own error', async () => {
  const errors: unknown[] = [];
  const listener = nodeCors(closed, (_, response) => {
    response.writeHead(200, { 'X-First': '1' });
    try {
      response.writeHead(500, { 'X-Second': '2' });
    } catch (error) {
      errors.push(error);
    }
    response.end();
  });
  const { url, close } = await listening(createServer(listener));
  const answer = await exchange(url, fromA);
  expect([answer.status, answer.header('x-first')]).toEqual([200, '1']);
  expect(errors).toMatchObject([{ code: 'ERR_HTTP_HEADERS_SENT' }]);
  await close();
});

test('the types of the frameworks are described, not waved through', () => {
  // @ts-expect-error -- a request without headers is none
  nodeCors(closed, (request: { readonly method: string }) => request);
  // @ts-expect-error -- a number is no policy
  honoCors(5);
  // @ts-expect-error -- a policy that did not compile is none
  expressCors(compilePolicy({ origins: [] }));
  expect(fetchCors(closed, () => new Response())).toBeTypeOf('function');
});
