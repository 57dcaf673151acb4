import fastify, { type FastifyRequest } from 'fastify';
import { csrf } from '@causeway/csrf/fastify';
import { served } from '../adapters/contender.ts';
import { guardUpgrades, optionsOf, webhook, type Contender, type Reading } from './contender.ts';

export const fastifyFive: Contender = {
  name: 'Fastify 5',
  lacks: [],
  async serve(rules) {
    const app = fastify();
    const handled: string[] = [];
    app.addHook('onRequest', async (_, reply) => {
      reply.raw.setHeader('Vary', 'Accept');
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
    await app.register(
      csrf(rules.policy, {
        ...optionsOf(rules, reading),
        hook: rules.inForm === true ? 'preHandler' : 'onRequest',
        route: ({ routeOptions }) => (routeOptions.url === '/webhook' ? webhook : undefined),
      }),
    );
    app.addHook('preHandler', async (request) => {
      handled.push(`${request.method} ${request.url}`);
    });
    app.all('/pay', async ({ body }) => `paid${typeof body === 'string' ? body : ''}`);
    app.all('/webhook', async () => webhook());
    app.get('/events', async (_, reply) => reply.type('text/event-stream').send('data: hello\n\n'));
    guardUpgrades(app.server, rules, handled);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: served(app.server).url, handled, close: async () => app.close() };
  },
};

const reading: Reading<FastifyRequest> = {
  cookie: ({ headers }) => headers.cookie,
  field: ({ body }) => fieldOf(body),
};

/** A field that is there twice is a list, as body parsers make it. */
function fieldOf(body: unknown): unknown {
  const fields = new URLSearchParams(typeof body === 'string' ? body : '').getAll('csrf');
  return fields.length > 1 ? fields : fields[0];
}
