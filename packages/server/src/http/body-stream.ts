import type { IncomingMessage } from 'node:http';

/** Bytes that may wait for a reader before the socket is paused. Large enough that one pause and
 * resume serve many chunks, small enough that 1,000 idle uploads hold 256 MiB at most. */
const queuedBytesMax = 256 * 1024;

type Waiter = {
  readonly resolve: (result: IteratorResult<Uint8Array>) => void;
  readonly reject: (error: unknown) => void;
};

/** A body that whoever watches over it can give up. */
export interface BodyStream extends AsyncIterableIterator<Uint8Array> {
  /** Whoever reads gets this error, unless the body is complete. The connection stays, so that an
   * answer can be written. */
  fail(error: Error): void;
}

/**
 * An incoming body as a `ByteStream`. Node's own async iterator costs several times as much per
 * chunk and joins what it has buffered; this one hands on the chunks as they come.
 *
 * @param message the request; its 'data' event is not listened to before the first `next()`
 * @param onStart called once, when the first byte is asked for (answers `Expect: 100-continue`)
 * @param closed the reason to give a reader when the connection ends before the body does
 */
export function bodyStream(
  message: IncomingMessage,
  onStart: () => void,
  closed: () => Error,
): BodyStream {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let waiter: Waiter | undefined;
  let started = false;
  let ended = false;
  let abandoned = false;
  let failure: Error | undefined;

  const settle = (): void => {
    if (waiter === undefined) return;
    const { resolve, reject } = waiter;
    const chunk = queue.shift();
    if (chunk !== undefined) {
      waiter = undefined;
      queuedBytes -= chunk.length;
      resolve({ done: false, value: chunk });
    } else if (failure !== undefined) {
      waiter = undefined;
      reject(failure);
    } else if (ended) {
      waiter = undefined;
      resolve({ done: true, value: undefined });
    }
  };

  const start = (): void => {
    started = true;
    if (message.complete && message.readableLength === 0) {
      ended = true;
      return;
    }
    message.on('data', (chunk: Uint8Array) => {
      if (abandoned) return;
      queue.push(chunk);
      queuedBytes += chunk.length;
      settle();
      if (queuedBytes > queuedBytesMax) message.pause();
    });
    message.once('end', () => {
      ended = true;
      settle();
    });
    message.once('close', () => {
      if (!ended) failure ??= closed();
      settle();
    });
    message.once('error', (error) => {
      failure ??= closed();
      failure.cause ??= error;
      settle();
    });
    onStart();
    if (message.destroyed) failure = closed();
  };

  return {
    next(): Promise<IteratorResult<Uint8Array>> {
      if (!started) start();
      const chunk = queue.shift();
      if (chunk !== undefined) {
        queuedBytes -= chunk.length;
        if (queuedBytes <= queuedBytesMax / 2 && message.isPaused()) message.resume();
        return Promise.resolve({ done: false, value: chunk });
      }
      if (failure !== undefined) return Promise.reject(failure);
      if (ended) return Promise.resolve({ done: true, value: undefined });
      if (message.isPaused()) message.resume();
      return new Promise((resolve, reject) => {
        waiter = { resolve, reject };
      });
    },
    return(): Promise<IteratorResult<Uint8Array>> {
      abandoned = true;
      queue.length = 0;
      queuedBytes = 0;
      return Promise.resolve({ done: true, value: undefined });
    },
    fail(error) {
      if (ended) return;
      failure ??= error;
      settle();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
