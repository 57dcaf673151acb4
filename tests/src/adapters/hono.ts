import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { StatusCode } from 'hono/utils/http-status';
import { HTTPException } from 'hono/http-exception';
import { stream } from 'hono/streaming';
import { cors } from '@causeway/cors/hono';
import { pair, served, wanted, type Contender } from './contender.ts';

export const hono: Contender = {
  name: 'Hono',
  // It has no raw response; what node-server writes comes from the Response.
  lacks: ['head'],
  async serve(source, options) {
    const app = new Hono();
    app.use(async (context, next) => {
      const header = context.req.header('x-before');
      if (header !== undefined) context.header(...pair(header));
      await next();
    });
    app.use(
      'byPath' in source
        ? cors((context: Context) => source.byPath(context.req.path), options)
        : cors(source, options),
    );
    app.all('/answer', (context) => {
      const { status, headers } = wanted(context.req.url);
      for (const [name, values] of headers) {
        for (const [at, value] of values.entries()) {
          context.header(name, value, { append: at > 0 });
        }
      }
      context.status(known(status));
      return context.body(`answer ${status}`);
    });
    app.options('/own', (context) => context.text('own', 200, { Allow: 'OPTIONS, GET' }));
    app.all('/throws', () => {
      throw new Error('broken');
    });
    app.all('/rejects', async () => {
      throw new Error('broken');
    });
    app.onError((error, context) =>
      error instanceof HTTPException ? error.getResponse() : context.text('broken', 500),
    );
    app.all('/secret', (context) =>
      context.body(null, context.req.header('authorization') === undefined ? 401 : 200),
    );
    app.post('/limited', bodyLimit({ maxSize: 100 }), (context) => context.text('small'));
    app.all('/stream', (context) =>
      stream(context, async (pieces) => {
        for (const piece of ['a', 'b', 'c']) await pieces.write(piece);
      }),
    );
    app.all('/cached', (context) => {
      context.header('ETag', '"v1"');
      return context.body(null, context.req.header('if-none-match') === '"v1"' ? 304 : 200);
    });
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    return served(server);
  },
};

function known(status: number): StatusCode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract asks for real ones
  return status as StatusCode;
}
