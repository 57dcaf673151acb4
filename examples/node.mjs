// node examples/node.mjs
import { createServer } from 'node:http';
import { withCors } from '@causeway/cors/node';
import { policy, port } from './policy.mjs';

const server = createServer(
  withCors(policy, (request, response) => {
    if (request.url === '/notes/1') response.setHeader('ETag', '"1"').end('a note');
    else response.writeHead(404).end('no such note');
  }),
);
server.listen(port, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
