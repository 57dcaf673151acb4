// node examples/fetch.mjs; with Deno: Deno.serve(handler), with Bun: Bun.serve({ fetch: handler }),
// as a Cloudflare Worker: export default { fetch: handler }
import { serve } from '@hono/node-server';
import { withCors } from '@causeway/cors/fetch';
import { policy, port } from './policy.mjs';

const handler = withCors(
  policy,
  async (request) =>
    new URL(request.url).pathname === '/notes/1'
      ? new Response('a note', { headers: { ETag: '"1"' } })
      : new Response('no such note', { status: 404 }),
  { onError: () => new Response('something broke', { status: 500 }) },
);

serve({ fetch: handler, port, hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}`);
});
