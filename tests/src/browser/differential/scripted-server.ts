import { createServer, type Server, type Socket } from 'node:net';

/** A request, as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly hasBody: boolean;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export interface ScriptedServer {
  readonly port: number;
  close(): Promise<void>;
}

const bodyMax = 1024 * 1024;

/**
 * An HTTP/1.1 server on a bare socket: it takes any method (the parser of `node:http` refuses
 * `patch`) and sends any header lines, twice or malformed, as they are given.
 */
export async function startScriptedServer(
  answer: (request: WireRequest) => WireAnswer,
): Promise<ScriptedServer> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    let received = Buffer.alloc(0);
    socket.on('close', () => open.delete(socket));
    // A browser breaks connections off when it has seen enough.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let next = takeRequest(received); next !== undefined; next = takeRequest(received)) {
        received = received.subarray(next.length);
        socket.write(serialize(answer(next.request), next.request.method));
      }
      if (received.length > bodyMax) {
        socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) {
          socket.destroy();
        }
      }),
  };
}

function takeRequest(received: Buffer): { request: WireRequest; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    return undefined;
  }
  const [first = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const bodyLength = Number(headers.get('content-length') ?? 0);
  const length = headEnd + 4 + bodyLength;
  if (received.length < length) {
    return undefined;
  }
  return { request: { method, target, headers, hasBody: bodyLength > 0 }, length };
}

function serialize(answer: WireAnswer, method: string): Buffer {
  const lines = answer.headers.map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${answer.status} OK`, ...lines, '', ''].join('\r\n');
  const bodyless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  return Buffer.concat([Buffer.from(head, 'latin1'), bodyless ? new Uint8Array() : answer.body]);
}
