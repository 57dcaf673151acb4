import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { withCors, type CorsSource } from '@causeway/cors/node';
import { pair, pathOf, served, wanted, type Contender } from './contender.ts';
import { writeRawHead } from './raw-head.ts';

export const node: Contender = {
  name: 'node:http',
  lacks: [],
  async serve(source, options) {
    const asked: CorsSource<IncomingMessage> =
      'byPath' in source ? (request) => source.byPath(pathOf(request.url ?? '/')) : source;
    const listener = withCors(asked, application, options);
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const before = request.headers['x-before'];
      if (typeof before === 'string') response.setHeader(...pair(before));
      try {
        await listener(request, response);
      } catch {
        response.writeHead(500).end('broken');
      }
    };
    const server = createServer((request, response) => void serve(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return served(server);
  },
};

async function application(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  switch (url.pathname) {
    case '/answer': {
      const { status, headers } = wanted(url.href);
      for (const [name, values] of headers) response.setHeader(name, values);
      response.statusCode = status;
      response.end(`answer ${status}`);
      return;
    }
    case '/own':
      response.writeHead(200, { Allow: 'OPTIONS, GET' }).end('own');
      return;
    case '/throws':
    case '/rejects':
      throw new Error('broken');
    case '/secret':
      response.writeHead(request.headers.authorization === undefined ? 401 : 200).end();
      return;
    case '/limited': {
      let size = 0;
      for await (const chunk of request) size += Buffer.from(chunk).length;
      response.writeHead(size > 100 ? 413 : 200).end();
      return;
    }
    case '/stream':
      for (const piece of ['a', 'b', 'c']) response.write(piece);
      response.end();
      return;
    case '/cached':
      response.setHeader('ETag', '"v1"');
      response.statusCode = request.headers['if-none-match'] === '"v1"' ? 304 : 200;
      response.end();
      return;
    case '/head':
      writeRawHead(response, url.searchParams.get('form'));
      return;
    default:
      response.writeHead(404).end('nothing here');
  }
}
