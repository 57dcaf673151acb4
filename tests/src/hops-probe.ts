// A program of its own, because a test runner rewrites what it loads: starts the server in this
// process, warms it up, and prints which files of ours one request enters, by kind of request.
import { Session } from 'node:inspector/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from '@causeway/server';
import { openSocket, type RawSocket } from './raw-socket.ts';
import { signedHeaders } from './sign.ts';

const data = await mkdtemp(path.join(tmpdir(), 'causeway-hops-'));
const server = await startServer({ port: 0, data });
const host = `127.0.0.1:${server.port}`;
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

async function send(
  socket: RawSocket,
  { method, target, body = '' }: { method: string; target: string; body?: string },
): Promise<void> {
  const headers = signedHeaders(server, { method, target, host });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  await exchange(
    socket,
    `${method} ${target} HTTP/1.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n${body}`,
  );
}

async function exchange(socket: RawSocket, request: string): Promise<void> {
  await socket.send(request);
  const answer = await socket.answer();
  if (answer?.status !== 200) {
    throw new Error(`${request.slice(0, 80)}: ${answer?.status} ${answer?.body}`);
  }
}

/** The files of our packages in which a function ran since the last call. */
async function entered(): Promise<string[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ functions }) =>
      functions.some(
        ({ functionName, ranges }) => functionName !== '' && (ranges[0]?.count ?? 0) > 0,
      ),
    )
    .map(({ url }) => /\/packages\/(.*\/dist\/.*)\.js$/.exec(url)?.[1] ?? '')
    .filter((file) => file !== '')
    .toSorted();
}

const cors = `<CORSConfiguration><CORSRule><AllowedOrigin>https://a.test</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule></CORSConfiguration>`;
const preflight = `OPTIONS /hops/key HTTP/1.1\r\nhost: ${host}\r\norigin: https://a.test\r\naccess-control-request-method: PUT\r\n\r\n`;
const put = { method: 'PUT', target: '/hops/key', body: 'x'.repeat(1000) };
const large = { method: 'PUT', target: '/hops/large', body: 'x'.repeat(300_000) };
const get = { method: 'GET', target: '/hops/key' };

const socket = await openSocket(server.port);
await send(socket, { method: 'PUT', target: '/hops' });
await send(socket, { method: 'PUT', target: '/hops?cors=', body: cors });
const files: Record<string, string[]> = {};
const requests: Record<string, () => Promise<void>> = {
  put: async () => send(socket, put),
  large: async () => send(socket, large),
  get: async () => send(socket, get),
  preflight: async () => exchange(socket, preflight),
};
for (const [name, request] of Object.entries(requests)) {
  await request();
  await request();
  await entered();
  await request();
  files[name] = await entered();
}
process.stdout.write(JSON.stringify(files));
socket.close();
session.disconnect();
await server.close();
await rm(data, { recursive: true, force: true });
