// node examples/hono.mjs
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from '@causeway/cors/hono';
import { policy, port } from './policy.mjs';

const app = new Hono();
app.use(cors(policy)); // before authentication, before every route
app.get('/notes/1', (context) => context.text('a note', 200, { ETag: '"1"' }));

serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}`);
});
