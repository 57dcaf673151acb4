import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A TCP connection on which a test says exactly what it wants, right or wrong. */
export interface RawSocket {
  /** Sends bytes; resolves when they are handed over, or false when the other side is gone. */
  send(bytes: string | Uint8Array): Promise<boolean>;
  /** The next whole answer; undefined when the connection ended without one. */
  answer(timeoutMs?: number): Promise<RawAnswer | undefined>;
  /** Whether the other side ended the connection within the time. */
  closed(timeoutMs: number): Promise<boolean>;
  close(): void;
}

/** Opens a connection to 127.0.0.1. */
export async function openSocket(port: number): Promise<RawSocket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  let received = Buffer.alloc(0);
  let ended = false;
  let wake: (() => void) | undefined;
  const changed = (): void => wake?.();
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    changed();
  });
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      ended = true;
      changed();
    });
  }

  /** Waits until `ready` gives something, the connection ends, or time is up. */
  async function until<T>(ready: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const value = ready();
      const leftMs = deadline - performance.now();
      if (value !== undefined || ended || leftMs <= 0) {
        return value;
      }
      await Promise.race([
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        sleep(leftMs),
      ]);
    }
  }

  return {
    send: async (bytes) => send(socket, bytes),
    async answer(timeoutMs = 10_000) {
      const parsed = await until(() => parseAnswer(received, ended), timeoutMs);
      const whole = parsed ?? parseAnswer(received, ended);
      if (whole !== undefined) {
        received = received.subarray(whole.length);
      }
      return whole?.answer;
    },
    async closed(timeoutMs) {
      await until(() => (ended ? true : undefined), timeoutMs);
      return ended;
    },
    close: () => socket.destroy(),
  };
}

async function send(socket: Socket, bytes: string | Uint8Array): Promise<boolean> {
  if (socket.destroyed || !socket.writable) {
    return false;
  }
  return new Promise((resolve) => {
    socket.write(bytes, (error) => resolve(error === undefined || error === null));
  });
}

function parseAnswer(
  received: Buffer,
  ended: boolean,
): { answer: RawAnswer; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    return undefined;
  }
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const status = Number(statusLine.split(' ')[1]);
  const start = headEnd + 4;
  const declared = headers.get('content-length');
  const whole = (body: Buffer, length: number): { answer: RawAnswer; length: number } => ({
    answer: { status, headers, body: body.toString('utf8') },
    length,
  });
  if (status < 200 || status === 204 || status === 304) {
    return whole(Buffer.alloc(0), start);
  }
  if (headers.get('transfer-encoding') === 'chunked') {
    return ended || received.includes('0\r\n\r\n', start)
      ? whole(unchunked(received.subarray(start)), received.length)
      : undefined;
  }
  if (declared !== undefined) {
    const end = start + Number(declared);
    return received.length >= end ? whole(received.subarray(start, end), end) : undefined;
  }
  return ended ? whole(received.subarray(start), received.length) : undefined;
}

function unchunked(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) {
      return Buffer.concat(pieces);
    }
    pieces.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
