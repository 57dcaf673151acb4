import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import express5, { type Express, type Request } from 'express';
import express4, { type Request as Request4 } from 'express4';
import type { CorsPolicy } from '@causeway/cors';
import { cors, type CorsDecider } from '@causeway/cors/express';
import { pair, served, wanted, type Contender, type Served } from './contender.ts';
import { writeRawHead } from './raw-head.ts';

/** Both contenders hand the middleware to the real types of their version. */
export const expressFive: Contender = {
  name: 'Express 5',
  lacks: [],
  async serve(source, options) {
    const app = express5();
    app.use(before);
    app.use(
      'byPath' in source
        ? cors((request: Request) => source.byPath(request.path), options)
        : cors(source, options),
    );
    return serveApplication(app);
  },
};

export const expressFour: Contender = {
  name: 'Express 4',
  lacks: [],
  async serve(source, options) {
    const app = express4();
    app.use(before);
    const byRequest = (request: Request4): CorsPolicy | CorsDecider | undefined =>
      'byPath' in source ? source.byPath(request.path) : source;
    app.use(cors(byRequest, options));
    // From here on the two are the same to their users.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said above
    return serveApplication(app as unknown as Express);
  },
};

async function serveApplication(app: Express): Promise<Served> {
  app.all('/answer', (request, response) => {
    const { status, headers } = wanted(request.originalUrl);
    for (const [name, values] of headers) response.set(name, values);
    response.status(status).send(`answer ${status}`);
  });
  app.options('/own', (_, response) => {
    response.set('Allow', 'OPTIONS, GET').send('own');
  });
  app.all('/throws', () => {
    throw new Error('broken');
  });
  // Express 4 does not look at promises.
  app.all('/rejects', async (_, __, next) => {
    await Promise.resolve();
    next(new Error('broken'));
  });
  app.all('/secret', (request, response) => {
    response.sendStatus(request.headers.authorization === undefined ? 401 : 200);
  });
  app.post('/limited', express5.text({ limit: 100 }), (_, response) => {
    response.send('small');
  });
  app.all('/stream', (_, response) => {
    for (const piece of ['a', 'b', 'c']) response.write(piece);
    response.end();
  });
  app.all('/cached', (_, response) => {
    response.set('ETag', '"v1"').send('cached');
  });
  app.all('/head', (request, response) => {
    writeRawHead(
      response,
      new URL(request.originalUrl, 'http://localhost').searchParams.get('form'),
    );
  });
  // It keeps Express's own error page from writing the stack to the test's output.
  app.set('env', 'test');
  const server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return served(server);
}

function before(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const header = request.headers['x-before'];
  if (typeof header === 'string') response.setHeader(...pair(header));
  next();
}
