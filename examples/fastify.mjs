// node examples/fastify.mjs
import fastify from 'fastify';
import { cors } from '@causeway/cors/fastify';
import { policy, port } from './policy.mjs';

const app = fastify();
await app.register(cors(policy)); // before authentication
app.get('/notes/1', async (_, reply) => reply.header('ETag', '"1"').send('a note'));

console.log(await app.listen({ port, host: '127.0.0.1' }));
