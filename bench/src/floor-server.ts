import cluster from 'node:cluster';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * The floor under every HTTP case: `node:http` in as many processes as the measured server has,
 * which answers `/N` with N bytes that it has at hand, reads a body without looking at it, and
 * does nothing else. Its one argument is the number of processes.
 */
const blockBytes = 1024 * 1024;
const block = Buffer.alloc(blockBytes, 'x');

if (cluster.isPrimary) {
  const workers = Number(process.argv[2]);
  for (let count = 0; count < workers; count += 1) cluster.fork();
  let listening = 0;
  cluster.on('listening', (_worker, address) => {
    listening += 1;
    if (listening === workers) process.stdout.write(`port ${address.port}\n`);
  });
} else {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (request.method === 'PUT') {
      request.resume();
      request.once('end', () => answer(request, response));
    } else {
      answer(request, response);
    }
  });
  server.listen(0, '127.0.0.1');
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const bytes = request.method === 'GET' ? Number(request.url?.slice(1)) : 0;
  response.writeHead(200, { 'content-length': bytes });
  if (bytes <= blockBytes) response.end(block.subarray(0, bytes));
  else writeBlocks(response, bytes / blockBytes);
}

function writeBlocks(response: ServerResponse, count: number): void {
  let left = count;
  const write = (): void => {
    while (left > 0) {
      left -= 1;
      if (!response.write(block) && left > 0) return;
    }
    response.off('drain', write);
    response.end();
  };
  response.on('drain', write);
  write();
}
