import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { withCors, type CorsSource } from '@causeway/cors/fetch';
import { pathOf, served, wanted, type Contender } from './contender.ts';

/** Any server that is a function from Request to Response; over HTTP by Hono's server for Node. */
export const fetchStyle: Contender = {
  name: 'Fetch-style',
  // Nothing stands before the function, and there is no raw response.
  lacks: ['before', 'head'],
  async serve(source, options) {
    const asked: CorsSource<Request> =
      'byPath' in source ? (request: Request) => source.byPath(pathOf(request.url)) : source;
    const handler = withCors(asked, application, { ...options, onError: broken });
    const server = serve({ fetch: handler, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    return served(server);
  },
};

function broken(): Response {
  return new Response('broken', { status: 500 });
}

async function application(request: Request): Promise<Response> {
  const { headers, url } = request;
  switch (pathOf(url)) {
    case '/answer': {
      const { status, headers: fields } = wanted(url);
      const answer = new Response(`answer ${status}`, { status });
      for (const [name, values] of fields) {
        for (const value of values) answer.headers.append(name, value);
      }
      return answer;
    }
    case '/own':
      return new Response('own', { headers: { Allow: 'OPTIONS, GET' } });
    case '/throws':
    case '/rejects':
      throw new Error('broken');
    case '/secret':
      return new Response(null, { status: headers.get('authorization') === null ? 401 : 200 });
    case '/limited':
      return new Response(null, { status: (await request.text()).length > 100 ? 413 : 200 });
    case '/stream':
      return new Response(new Blob(['a', 'b', 'c']).stream());
    case '/cached': {
      const status = headers.get('if-none-match') === '"v1"' ? 304 : 200;
      return new Response(null, { status, headers: { ETag: '"v1"' } });
    }
    default:
      return new Response('nothing here', { status: 404 });
  }
}
