import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { withCsrf } from '@causeway/csrf/node';
import { pathOf, served } from '../adapters/contender.ts';
import { guardUpgrades, optionsOf, webhook, type Contender } from './contender.ts';

export const node: Contender = {
  name: 'node:http',
  // It has no body parser, and what reads the body takes it away from the listener.
  lacks: ['form'],
  async serve(rules) {
    const handled: string[] = [];
    const guarded = withCsrf(
      rules.policy,
      async (request: IncomingMessage, response: ServerResponse) => {
        const path = pathOf(request.url ?? '/');
        handled.push(`${request.method} ${path}`);
        if (path === '/events') {
          response.setHeader('Content-Type', 'text/event-stream');
          response.end('data: hello\n\n');
        } else {
          response.end(webhook() + (await text(request)));
        }
      },
      {
        ...optionsOf(rules, { cookie: ({ headers }: IncomingMessage) => headers.cookie }),
        route: (request) => (pathOf(request.url ?? '/') === '/webhook' ? webhook : undefined),
      },
    );
    const server = createServer((request, response) => {
      response.setHeader('Vary', 'Accept');
      guarded(request, response).catch(() => response.writeHead(500).end('broken'));
    });
    guardUpgrades(server, rules, handled);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { ...served(server), handled };
  },
};
