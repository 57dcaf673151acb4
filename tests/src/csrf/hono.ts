import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { csrf } from '@causeway/csrf/hono';
import { served } from '../adapters/contender.ts';
import { guardUpgrades, optionsOf, webhook, type Contender, type Reading } from './contender.ts';

export const hono: Contender = {
  name: 'Hono',
  lacks: [],
  async serve(rules) {
    const app = new Hono();
    const handled: string[] = [];
    app.use(async (context, next) => {
      context.header('Vary', 'Accept');
      await next();
    });
    app.all('/webhook', (context) => {
      handled.push('webhook');
      return context.text(webhook());
    });
    app.use(csrf(rules.policy, optionsOf(rules, reading)));
    app.use(async (context, next) => {
      handled.push(`${context.req.method} ${context.req.path}`);
      await next();
    });
    app.all('/pay', async (context) => context.text(`paid${await context.req.text()}`));
    app.get('/events', (context) =>
      context.body('data: hello\n\n', 200, { 'Content-Type': 'text/event-stream' }),
    );
    app.onError((_, context) => context.text('broken', 500));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    guardUpgrades(server, rules, handled);
    await once(server, 'listening');
    return { ...served(server), handled };
  },
};

const reading: Reading<Context> = {
  cookie: ({ req }) => req.header('cookie'),
  field: async ({ req }) => (await req.parseBody({ all: true }))['csrf'],
};
