import fastify, { type FastifyRequest } from 'fastify';
import { cors } from '@causeway/cors/fastify';
import { pair, pathOf, served, wanted, type Contender } from './contender.ts';
import { writeRawHead } from './raw-head.ts';

export const fastifyFive: Contender = {
  name: 'Fastify 5',
  lacks: [],
  async serve(source, options) {
    const app = fastify();
    app.addHook('onRequest', async (request, reply) => {
      const header = request.headers['x-before'];
      if (typeof header === 'string') reply.header(...pair(header));
    });
    await app.register(
      'byPath' in source
        ? cors((request: FastifyRequest) => source.byPath(pathOf(request.url)), options)
        : cors(source, options),
    );
    app.all('/answer', async (request, reply) => {
      const { status, headers } = wanted(request.url);
      for (const [name, values] of headers) reply.header(name, values);
      return reply.code(status).send(`answer ${status}`);
    });
    app.options('/own', async (_, reply) => reply.header('Allow', 'OPTIONS, GET').send('own'));
    app.all('/throws', () => {
      throw new Error('broken');
    });
    app.all('/rejects', async () => {
      throw new Error('broken');
    });
    app.all('/secret', async (request, reply) =>
      reply.code(request.headers.authorization === undefined ? 401 : 200).send(),
    );
    app.post('/limited', { bodyLimit: 100 }, async () => 'small');
    app.all('/stream', async (_, reply) => reply.send(pieces()));
    app.all('/cached', async (request, reply) => {
      reply.header('ETag', '"v1"').code(request.headers['if-none-match'] === '"v1"' ? 304 : 200);
      return reply.send();
    });
    app.all('/head', (request, reply) => {
      reply.hijack();
      writeRawHead(reply.raw, new URL(request.url, 'http://localhost').searchParams.get('form'));
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: served(app.server).url, close: async () => app.close() };
  },
};

function pieces(): ReadableStream {
  return new Blob(['a', 'b', 'c']).stream();
}
