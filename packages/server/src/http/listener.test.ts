import { Buffer } from 'node:buffer';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { listen, type Finished, type Listener } from './listener.ts';
import type { Reply } from './reply.ts';
import type { HttpRequest } from './request.ts';

const open: Listener[] = [];
const finished: Finished<Reply>[] = [];

afterEach(async () => {
  finished.length = 0;
  await Promise.all(open.splice(0).map((listener) => listener.close(0)));
});

async function serve(handle: (request: HttpRequest) => Promise<Reply>): Promise<number> {
  const listener = await listen(
    { host: '127.0.0.1', port: 0 },
    { handle, finished: (one) => void finished.push(one), now: Date.now },
  );
  open.push(listener);
  return listener.address.port;
}

/** Sends bytes, and resolves with all that came back when the peer closed or `until` was seen. */
function exchange(port: number, bytes: string | Buffer, until?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (until !== undefined && text.includes(until)) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text);
    });
  });
}

async function readAll(request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

const text = (body: string): Reply => ({ status: 200, headers: {}, body });

test('the target stays as it was on the wire, and so do repeated headers', async () => {
  let seen: HttpRequest | undefined;
  const port = await serve((request) => {
    seen = request;
    return Promise.resolve(text('ok'));
  });
  await exchange(
    port,
    'GET /a//../%2e%2e/b?x=1?y HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-A: 2\r\nConnection: close\r\n\r\n',
  );
  expect(seen?.path).toBe('/a//../%2e%2e/b');
  expect(seen?.query).toBe('x=1?y');
  expect(seen?.headers['x-a']).toBe('1, 2');
  expect(seen?.id).toMatch(/^[0-9A-F]{16}$/u);
});

test.each([
  ['http://other.example/a//b?x=1', '/a//b', 'x=1'],
  ['HTTP://other.example', '/', ''],
  ['http://other.example?x', '/', 'x'],
])('a target in absolute form is accepted: %s', async (target, path, query) => {
  let seen: HttpRequest | undefined;
  const port = await serve((request) => {
    seen = request;
    return Promise.resolve(text('ok'));
  });
  await exchange(port, `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
  expect([seen?.path, seen?.query]).toEqual([path, query]);
});

test('a body arrives whole, whatever pieces it comes in', async () => {
  const port = await serve(async (request) => text(await readAll(request)));
  const body = 'x'.repeat(300_000);
  const answer = await exchange(
    port,
    `PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  expect(answer.endsWith(body)).toBe(true);
});

test('the reader of a body learns that the client went away', async () => {
  let failure: unknown;
  const port = await serve(async (request) => {
    failure = await readAll(request).catch((error: unknown) => error);
    return text('never seen');
  });
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc');
    setTimeout(() => socket.destroy(), 20);
  });
  await expect.poll(() => failure).toMatchObject({ code: 'IncompleteBody' });
});

test('100 Continue is sent when the body is asked for, and not before', async () => {
  const head = 'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n';
  const reader = await serve(async (request) => text(await readAll(request).catch(String)));
  expect(await exchange(reader, head, '100 Continue')).toContain('HTTP/1.1 100 Continue');
  const refuser = await serve(() => Promise.resolve({ status: 403, headers: {}, body: 'no' }));
  const answer = await exchange(refuser, head);
  expect(answer).toMatch(/^HTTP\/1\.1 403/u);
  expect(answer).toContain('Connection: close');
});

test('a client that is still sending sees an early answer', async () => {
  const port = await serve(() => Promise.resolve({ status: 403, headers: {}, body: 'refused' }));
  const body = Buffer.alloc(4 * 1024 * 1024);
  const head = Buffer.from(`PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n`);
  const answer = await exchange(port, Buffer.concat([head, body]), 'refused');
  expect(answer).toContain('refused');
});

test('a body larger than is worth draining ends the connection', async () => {
  const port = await serve(() => Promise.resolve({ status: 403, headers: {}, body: 'refused' }));
  const length = limits.drainBytesMax * 2;
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n\r\n`);
  const piece = Buffer.alloc(1024 * 1024);
  let sent = 0;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      resolve();
    });
  });
  const pump = (): void => {
    while (sent < length && !socket.destroyed) {
      sent += piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', pump);
        return;
      }
    }
  };
  pump();
  await closed;
  expect(sent).toBeLessThan(length);
});

test('a stream that breaks ends the connection short and is reported', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    await Promise.resolve();
    throw new Error('disk');
  }
  const port = await serve(() =>
    Promise.resolve({ status: 200, headers: { 'Content-Length': 100 }, body: broken() }),
  );
  const answer = await exchange(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  expect(answer.endsWith('\r\n\r\nhalf')).toBe(true);
  expect(finished[0]?.error).toMatchObject({ message: 'disk' });
});

test('what is not HTTP is answered in words and closed', async () => {
  const port = await serve(() => Promise.resolve(text('ok')));
  const bad = 'GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n';
  expect(await exchange(port, bad)).toMatch(/^HTTP\/1\.1 400 [^]*<Code>BadRequest<\/Code>/u);
  const large = `GET / HTTP/1.1\r\nX: ${'x'.repeat(limits.headBytesMax)}\r\n\r\n`;
  expect(await exchange(port, large)).toMatch(/^HTTP\/1\.1 431 /u);
});

test('closing waits for the request under way', async () => {
  let release: () => void = () => undefined;
  const port = await serve(
    () =>
      new Promise((resolve) => {
        release = () => {
          resolve(text('late'));
        };
      }),
  );
  const answer = exchange(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', 'late');
  await new Promise((resolve) => setTimeout(resolve, 30));
  const closing = open.splice(0).map((listener) => listener.close());
  release();
  expect(await answer).toContain('late');
  await Promise.all(closing);
});

test('closing does not wait for connections on which nothing came', async () => {
  const port = await serve(() => Promise.resolve(text('ok')));
  const fresh = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => fresh.once('close', resolve));
  await new Promise((resolve) => fresh.once('connect', resolve));
  await exchange(port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', 'ok');
  const started = performance.now();
  await Promise.all(open.splice(0).map((listener) => listener.close()));
  await closed;
  expect(performance.now() - started).toBeLessThan(5000);
});
