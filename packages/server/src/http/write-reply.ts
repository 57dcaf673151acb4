import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits } from '../limits.ts';
import type { Reply } from './reply.ts';
import type { ByteStream } from './request.ts';

/**
 * Writes a reply. The only place in the server that touches a `ServerResponse`.
 *
 * @returns the body bytes handed to the socket; at once, unless the body streams. The promise
 * rejects with what a streaming body throws; the connection is destroyed first, so that the client
 * sees a short body and never a padded or a spliced one
 */
export function writeReply(
  message: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
): number | Promise<number> {
  if (response.destroyed) return 0;
  const { body } = reply;
  if (!message.complete) leaveBodyUnread(message, response, reply);
  if (body === undefined) {
    response.writeHead(reply.status, withLength(reply, 0));
    response.end();
    return 0;
  }
  const whole = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  if (whole instanceof Uint8Array) {
    response.writeHead(reply.status, withLength(reply, whole.length));
    response.end(whole);
    return whole.length;
  }
  response.writeHead(reply.status, reply.headers);
  return writeStream(response, whole);
}

/** HEAD and 304 answers say a length of a body that they do not have, 204 may not say one. */
function withLength(reply: Reply, length: number): Reply['headers'] {
  const { headers } = reply;
  if (reply.status !== 204 && reply.status !== 304 && headers['Content-Length'] === undefined) {
    headers['Content-Length'] = length;
  }
  return headers;
}

async function writeStream(response: ServerResponse, stream: ByteStream): Promise<number> {
  let written = 0;
  try {
    for await (const chunk of stream) {
      // The chunk is ours only until the next one is asked for (ByteStream), so the write has to
      // have reached the kernel before that.
      if (!(await writeChunk(response, chunk))) return written;
      written += chunk.length;
    }
  } catch (error) {
    response.destroy();
    throw error;
  }
  response.end();
  return written;
}

/** False when the connection closed before the kernel took the bytes. */
function writeChunk(response: ServerResponse, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve(false);
      return;
    }
    response.write(chunk, (error) => {
      resolve(error === undefined || error === null);
    });
  });
}

/**
 * Lets an early answer be seen: a client that is still sending gets a reset instead of the answer
 * when the socket closes on unread bytes, so those are read away, but only so many. A client that
 * waits for `100 Continue` has sent nothing; after a final answer it may send its body or not
 * (RFC 9110 section 10.1.1), so that connection cannot be used again.
 */
function leaveBodyUnread(message: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (message.headers.expect !== undefined && message.listenerCount('data') === 0) {
    reply.headers['Connection'] = 'close';
    return;
  }
  const { socket } = message;
  let left: number = limits.drainBytesMax;
  const deadline = setTimeout(() => {
    socket.destroy();
  }, limits.drainTimeoutMs);
  message.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
  message.once('close', () => {
    clearTimeout(deadline);
  });
  response.once('finish', () => {
    message.resume();
  });
}
