import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { LoadClient } from './client.ts';
import type { LoadPlan } from './plan.ts';

const MiB = 1024 * 1024;
let server: Server | undefined;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<number> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function planFor(port: number, more: Partial<LoadPlan>): LoadPlan {
  return {
    host: '127.0.0.1',
    port,
    connections: 4,
    method: 'GET',
    paths: ['/a', '/b', '/c'],
    query: [],
    headers: {},
    bodyBytes: 0,
    payload: 'unsigned',
    expectedStatuses: [200],
    ...more,
  };
}

const limit = { durationMs: 10_000, operationsMax: 30 };

test('every request is sent in turn, and what was counted is what the server saw', async () => {
  const seen = new Map<string, number>();
  const port = await serve((request, response) => {
    const url = request.url ?? '';
    seen.set(url, (seen.get(url) ?? 0) + 1);
    response.end('hello');
  });
  const client = new LoadClient(planFor(port, { expectedBodyBytes: 5 }));
  await client.connect();
  const result = await client.run(limit);
  client.close();
  expect(result).toMatchObject({ operations: 30, bytes: 150, failures: 0 });
  expect(Object.fromEntries(seen)).toEqual({ '/a': 10, '/b': 10, '/c': 10 });
});

test('a body larger than any buffer arrives whole', async () => {
  const received: number[] = [];
  const port = await serve((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      received.push(bytes);
      response.end();
    });
  });
  const client = new LoadClient(
    planFor(port, { method: 'PUT', bodyBytes: 8 * MiB, connections: 1 }),
  );
  await client.connect();
  const result = await client.run({ durationMs: 10_000, operationsMax: 3 });
  client.close();
  expect(result).toMatchObject({ operations: 3, bytes: 24 * MiB, failures: 0 });
  expect(received).toEqual([8 * MiB, 8 * MiB, 8 * MiB]);
});

test.each<{ name: string; listener: RequestListener; plan: Partial<LoadPlan>; says: string }>([
  {
    name: 'another status',
    listener: (_request, response) => {
      response.writeHead(403);
      response.end('<Code>AccessDenied</Code>');
    },
    plan: {},
    says: 'AccessDenied',
  },
  {
    name: 'another size',
    listener: (_request, response) => response.end('four'),
    plan: { expectedBodyBytes: 5 },
    says: '200 with 4 bytes',
  },
  {
    name: 'a connection that ends',
    listener: (request) => request.socket.destroy(),
    plan: {},
    says: 'closed',
  },
])('$name is a failure and no operation', async ({ listener, plan, says }) => {
  const port = await serve(listener);
  const client = new LoadClient(planFor(port, plan));
  await client.connect();
  const result = await client.run({ durationMs: 10_000, operationsMax: 4 });
  client.close();
  expect(result).toMatchObject({ operations: 0, failures: 4 });
  expect(result.firstFailure).toContain(says);
});

test('connections that the server closed meanwhile are opened anew', async () => {
  const port = await serve((_request, response) => response.end());
  const client = new LoadClient(planFor(port, {}));
  await client.connect();
  await client.run(limit);
  server?.closeAllConnections();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await client.connect();
  expect(await client.run(limit)).toMatchObject({ operations: 30, failures: 0 });
  client.close();
});
