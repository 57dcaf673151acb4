import { once } from 'node:events';
import { createServer } from 'node:http';
import express5, { type Express, type Request } from 'express';
import express4, { type Request as Request4 } from 'express4';
import { csrf } from '@causeway/csrf/express';
import { served } from '../adapters/contender.ts';
import {
  guardUpgrades,
  optionsOf,
  webhook,
  type Contender,
  type CsrfServed,
  type Reading,
  type Rules,
} from './contender.ts';

/** Both contenders hand the middleware to the real types of their version. */
export const expressFive: Contender = {
  name: 'Express 5',
  lacks: [],
  async serve(rules) {
    const app = express5();
    const handled: string[] = [];
    before(app, handled);
    const reading: Reading<Request> = {
      cookie: ({ headers }) => headers.cookie,
      field: ({ body }) => fieldOf(body),
    };
    app.use(csrf(rules.policy, optionsOf(rules, reading)));
    return serveApplication(app, rules, handled);
  },
};

export const expressFour: Contender = {
  name: 'Express 4',
  lacks: [],
  async serve(rules) {
    const app = express4();
    const handled: string[] = [];
    // To their users the two are the same, but for their types.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said above
    const same = app as unknown as Express;
    before(same, handled);
    const reading: Reading<Request4> = {
      cookie: ({ headers }) => headers.cookie,
      field: ({ body }) => fieldOf(body),
    };
    app.use(csrf(rules.policy, optionsOf(rules, reading)));
    return serveApplication(same, rules, handled);
  },
};

function fieldOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : undefined;
}

/** What stands before the policy: a route that it does not guard, and the parser of forms. */
function before(app: Express, handled: string[]): void {
  app.use((_, response, next) => {
    response.setHeader('Vary', 'Accept');
    next();
  });
  app.all('/webhook', (_, response) => {
    handled.push('webhook');
    response.send(webhook());
  });
  app.use(express5.urlencoded());
}

async function serveApplication(
  app: Express,
  rules: Rules,
  handled: string[],
): Promise<CsrfServed> {
  app.use((request, _, next) => {
    handled.push(`${request.method} ${request.path}`);
    next();
  });
  app.use(express5.text({ type: '*/*' }));
  app.all('/pay', (request, response) => {
    response.send(`paid${typeof request.body === 'string' ? request.body : ''}`);
  });
  app.get('/events', (_, response) => {
    response.type('text/event-stream').send('data: hello\n\n');
  });
  // It keeps Express's own error page from writing the stack to the test's output.
  app.set('env', 'test');
  const server = createServer(app);
  guardUpgrades(server, rules, handled);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { ...served(server), handled };
}
