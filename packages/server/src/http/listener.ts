import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { limits } from '../limits.ts';
import { Exchange } from './exchange.ts';
import { refuse } from './refuse.ts';
import type { Reply } from './reply.ts';
import type { HttpRequest } from './request.ts';
import { writeReply } from './write-reply.ts';

/** What the listener tells about a finished exchange. */
export interface Finished<R extends Reply> {
  readonly request: HttpRequest;
  readonly reply: R;
  readonly bytesOut: number;
  /** What broke the answer while it was being written. */
  readonly error?: unknown;
}

export interface ListenerOptions<R extends Reply> {
  /** Turns a request into a reply; must not throw. */
  readonly handle: (request: HttpRequest) => Promise<R>;
  /** Called once an answer is written or the connection was lost. */
  readonly finished: (finished: Finished<R>) => void;
  readonly now: () => number;
}

export interface Listener {
  readonly address: AddressInfo;
  /** Stops accepting, lets requests under way end, then closes every connection; those that take
   * longer than the grace time are cut. */
  close(graceMs?: number): Promise<void>;
}

/** Node itself stamps these two; the rest of the answer is the reply's. */
const serverOptions = {
  maxHeaderSize: limits.headBytesMax,
  headersTimeout: limits.headTimeoutMs,
  // A 5 GiB upload over a slow line takes hours: only idleness ends a request (see `timeout`).
  requestTimeout: 0,
  keepAliveTimeout: limits.keepAliveMs,
  connectionsCheckingInterval: 5_000,
};

/** Listens for HTTP and answers with what `handle` says. Knows nothing of S3. */
export async function listen<R extends Reply>(
  at: { readonly host: string; readonly port: number },
  options: ListenerOptions<R>,
): Promise<Listener> {
  const underWay = new Map<Socket, Exchange>();
  const nextId = requestIds();

  const exchange = (awaitsContinue: boolean) => {
    return (message: IncomingMessage, response: ServerResponse): void => {
      const request = new Exchange(message, response, {
        id: nextId(),
        awaitsContinue,
        nowMs: options.now(),
      });
      const { socket } = message;
      underWay.set(socket, request);
      response.on('close', () => {
        if (underWay.get(socket) === request) underWay.delete(socket);
        request.closed();
      });
      void answer(request, message, response);
    };
  };

  const answer = async (
    request: Exchange,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const reply = await options.handle(request);
    try {
      const written = writeReply(message, response, reply);
      const bytesOut = typeof written === 'number' ? written : await written;
      options.finished({ request, reply, bytesOut });
    } catch (error) {
      options.finished({ request, reply, bytesOut: 0, error });
    }
  };

  const server = createServer(serverOptions, exchange(false));
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('checkContinue', exchange(true));
  // RFC 9110 section 10.1.1 lets a server answer 417; AWS passes over what it does not know.
  server.on('checkExpectation', exchange(false));
  server.on('clientError', refuse);
  server.setTimeout(limits.idleTimeoutMs, (socket: Socket) => {
    const request = underWay.get(socket);
    // No request: an idle connection, or a head that never ended. A request whose body is complete
    // waits for us, not for the client, unless the client does not read its answer.
    if (request === undefined || socket.writableLength > 0) socket.destroy();
    else if (!request.bodyComplete) request.timeOut();
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    address,
    close: (graceMs = limits.shutdownGraceMs) => close(server, connections, graceMs),
  };
}

function close(server: Server, connections: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const closeIdle = (): void => {
    server.closeIdleConnections();
    // To Node, a connection on which nothing came yet is waiting for a head, and not idle.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  };
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    // A connection that was busy when the server closed is kept alive by Node after its answer.
    const sweep = setInterval(closeIdle, 50);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    closeIdle();
  });
}

/** Request ids that do not repeat: a random start for the process, then a count. */
function requestIds(): () => string {
  const start = randomBytes(5).toString('hex').toUpperCase();
  let count = 0;
  return () => {
    count = (count + 1) % 0x1000000;
    return start + count.toString(16).toUpperCase().padStart(6, '0');
  };
}
