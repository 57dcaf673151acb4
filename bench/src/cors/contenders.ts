import {
  compilePolicy,
  decide,
  orThrow,
  type CorsDecision,
  type CorsFacts,
  type CorsPolicy,
} from '@causeway/cors';
import { cors as ourExpress } from '@causeway/cors/express';
import { cors as ourFastify } from '@causeway/cors/fastify';
import { cors as ourHono } from '@causeway/cors/hono';
import expressCors from 'cors';
import { Hono, type MiddlewareHandler } from 'hono';
import { cors as honoCors } from 'hono/cors';
import {
  FastifyReplyDouble,
  FastifyRequestDouble,
  fastifyPeer,
  hookOf,
  nodeRequest,
  NodeResponseDouble,
  type Hook,
  type NodeRequestDouble,
} from './doubles.ts';
import { afresh, allowedHeaders, originsOf, type Case } from './traffic.ts';

/** In the order of the table; each of ours stands before the peer that does the same work. */
export const names = [
  'bare Map',
  'decide',
  'our Express',
  'cors',
  'our Fastify',
  '@fastify/cors',
  'our Hono',
  'hono/cors',
] as const;
export type Name = (typeof names)[number];

/** One who answers requests. */
export interface Contender {
  readonly name: Name;
  /**
   * Answers the requests one after the other.
   *
   * @returns How long that took, without making the requests, in milliseconds.
   * @throws Error when an answer does not allow the request's origin.
   */
  answer(requests: readonly CorsFacts[]): Promise<number>;
}

/** Whoever answers a case, all by the same rules. */
export function contendersOf(one: Case): readonly Contender[] {
  const origins = originsOf(one);
  const methods = ['GET', 'PUT', 'DELETE'];
  const exposed = ['etag', 'x-request-id'];
  const policy = orThrow(
    compilePolicy({
      origins,
      credentials: true,
      methods,
      requestHeaders: allowedHeaders,
      exposeHeaders: exposed,
      maxAgeSeconds: 600,
    }),
  );
  const expressions = origins.map(expressionOf);
  const exact = one.patterns === 'exact';
  // The peers look at a hostile list only where they have none of their own; then they repeat it.
  const allowed = one.kind === 'hostile' ? undefined : [...allowedHeaders];
  const options = {
    origin: exact ? [...origins] : expressions,
    credentials: true,
    methods,
    exposedHeaders: exposed,
    maxAge: 600,
    ...(allowed && { allowedHeaders: allowed }),
  };
  const honoPeer = honoCors({
    origin: exact
      ? [...origins]
      : (origin) => (expressions.some((each) => each.test(origin)) ? origin : null),
    credentials: true,
    allowMethods: methods,
    exposeHeaders: exposed,
    maxAge: 600,
    ...(allowed && { allowHeaders: allowed }),
  });
  return [
    floor(one, origins),
    engine(policy),
    express('our Express', ourExpress(policy)),
    express('cors', expressCors(options)),
    fastify(
      'our Fastify',
      hookOf((instance) => ourFastify(policy)(instance, {}, ignore)),
    ),
    fastify(
      '@fastify/cors',
      hookOf((instance) => fastifyPeer(instance, options, ignore)),
    ),
    hono('our Hono', ourHono(policy)),
    hono('hono/cors', honoPeer),
  ];
}

/** What no policy that hashes its origins can pass: the look-up alone, with the text cut out already.
 * Among ten thousand it is mostly waiting for memory. */
function floor({ patterns }: Case, origins: readonly string[]): Contender {
  const start = patterns === 'exact' ? 0 : 'https://*.'.length;
  const listed = new Map(origins.map((origin) => [afresh(origin.slice(start)), { origin }]));
  return {
    name: 'bare Map',
    answer(requests) {
      const asked = requests.map(({ origin = '' }) =>
        afresh(patterns === 'exact' ? origin : origin.slice(origin.indexOf('.') + 1)),
      );
      const found: ({ readonly origin: string } | undefined)[] = [];
      const started = performance.now();
      for (const text of asked) found.push(listed.get(text));
      const elapsedMs = performance.now() - started;
      if (found.includes(undefined)) throw new Error('The bare Map misses an origin.');
      return Promise.resolve(elapsedMs);
    },
  };
}

function engine(policy: CorsPolicy): Contender {
  return {
    name: 'decide',
    answer(requests) {
      const decisions: CorsDecision[] = [];
      const started = performance.now();
      for (const facts of requests) decisions.push(decide(policy, facts));
      const elapsedMs = performance.now() - started;
      for (const [index, { headers }] of decisions.entries()) {
        expectOrigin(headers['Access-Control-Allow-Origin'], requests[index]);
      }
      return Promise.resolve(elapsedMs);
    },
  };
}

type Middleware = (
  request: NodeRequestDouble,
  response: NodeResponseDouble,
  next: () => void,
) => void;

function express(name: Name, middleware: Middleware): Contender {
  return {
    name,
    answer(requests) {
      const exchanges = requests.map((facts) => ({
        request: nodeRequest(facts),
        response: new NodeResponseDouble(),
      }));
      const started = performance.now();
      for (const { request, response } of exchanges) {
        middleware(request, response, () => response.end());
      }
      const elapsedMs = performance.now() - started;
      for (const [index, { response }] of exchanges.entries()) {
        expectOrigin(response.getHeader('Access-Control-Allow-Origin'), requests[index]);
      }
      return Promise.resolve(elapsedMs);
    },
  };
}

function fastify(name: Name, hook: Hook): Contender {
  return {
    name,
    answer(requests) {
      const exchanges = requests.map((facts) => ({
        request: new FastifyRequestDouble(nodeRequest(facts)),
        reply: new FastifyReplyDouble(),
      }));
      const started = performance.now();
      for (const { request, reply } of exchanges) hook(request, reply, () => reply.send());
      const elapsedMs = performance.now() - started;
      for (const [index, { reply }] of exchanges.entries()) {
        expectOrigin(reply.getHeader('Access-Control-Allow-Origin'), requests[index]);
      }
      return Promise.resolve(elapsedMs);
    },
  };
}

/** Hono itself around it, because both sides touch so much of its context. */
function hono(name: Name, middleware: MiddlewareHandler): Contender {
  const app = new Hono();
  app.use(middleware);
  app.all('*', (context) => context.body(null));
  return {
    name,
    async answer(requests) {
      const sent = requests.map(fetchRequest);
      const answers: Response[] = [];
      const started = performance.now();
      for (const request of sent) answers.push(await app.fetch(request));
      const elapsedMs = performance.now() - started;
      for (const [index, { headers }] of answers.entries()) {
        expectOrigin(headers.get('Access-Control-Allow-Origin'), requests[index]);
      }
      return elapsedMs;
    },
  };
}

function fetchRequest(facts: CorsFacts): Request {
  const { method, headers } = nodeRequest(facts);
  const fields = Object.entries(headers).filter(([, value]) => value !== undefined);
  return new Request('http://api.example.com/things/1', {
    method,
    headers: fields.map(([name, value = '']): [string, string] => [name, value]),
  });
}

/** Whoever is fast must be right as well; and what is looked at is not optimised away. */
function expectOrigin(said: unknown, facts: CorsFacts | undefined): void {
  if (said === facts?.origin) return;
  throw new Error(`The answer to ${facts?.origin} allows ${String(said)}.`);
}

function ignore(): void {}

/** `https://*.example.com` as the peers can say it. */
function expressionOf(pattern: string): RegExp {
  const host = pattern.slice('https://*.'.length).replaceAll('.', String.raw`\.`);
  return new RegExp(String.raw`^https://(?:[a-z0-9-]+\.)+${host}$`);
}
