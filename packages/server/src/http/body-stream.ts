import type { IncomingMessage } from 'node:http';

/** Bytes that may wait for a reader before the socket is paused. Large enough that one pause and
 * resume serve many chunks, small enough that 1,000 idle uploads hold 256 MiB at most. */
const queuedBytesMax = 256 * 1024;

type Result = IteratorResult<Uint8Array>;

interface Waiter {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Who a body belongs to. */
export interface BodyOwner {
  /** The first byte is asked for: now `Expect: 100-continue` is answered. */
  bodyWanted(): void;
  /** What to tell a reader when the connection ends before the body does. */
  bodyLost(): Error;
}

/**
 * An incoming body as a `ByteStream`. Node's own async iterator costs several times as much per
 * chunk and joins what it has buffered; this one hands on the chunks as they come, and costs next
 * to nothing where nobody reads it.
 */
export class BodyStream implements AsyncIterableIterator<Uint8Array> {
  readonly #message: IncomingMessage;
  readonly #owner: BodyOwner;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #waiter: Waiter | undefined;
  #started = false;
  #ended = false;
  #abandoned = false;
  #failure: Error | undefined;

  constructor(message: IncomingMessage, owner: BodyOwner) {
    this.#message = message;
    this.#owner = owner;
  }

  next(): Promise<Result> {
    if (!this.#started) this.#start();
    const chunk = this.#queue.shift();
    if (chunk !== undefined) {
      this.#queuedBytes -= chunk.length;
      if (this.#queuedBytes <= queuedBytesMax / 2 && this.#message.isPaused()) {
        this.#message.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    if (this.#message.isPaused()) this.#message.resume();
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  return(): Promise<Result> {
    this.#abandoned = true;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Whoever reads gets this error, unless the body is complete. The connection stays, so that an
   * answer can be written. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure ??= error;
    this.#settle();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #start(): void {
    this.#started = true;
    const message = this.#message;
    if (message.complete && message.readableLength === 0) {
      this.#ended = true;
      return;
    }
    message.on('data', (chunk: Uint8Array) => {
      this.#take(chunk);
    });
    message.on('end', () => {
      this.#ended = true;
      this.#settle();
    });
    // An aborted request emits 'error' only to those who listen for it, 'close' in any case.
    message.on('close', () => {
      if (!this.#ended) this.#failure ??= this.#owner.bodyLost();
      this.#settle();
    });
    this.#owner.bodyWanted();
    if (message.destroyed) this.#failure = this.#owner.bodyLost();
  }

  #take(chunk: Uint8Array): void {
    if (this.#abandoned) return;
    if (this.#waiter !== undefined) {
      const { resolve } = this.#waiter;
      this.#waiter = undefined;
      resolve({ done: false, value: chunk });
      return;
    }
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > queuedBytesMax) this.#message.pause();
  }

  /** Tells a waiting reader how it ended; it waits only where nothing is queued. */
  #settle(): void {
    if (this.#waiter === undefined) return;
    const { resolve, reject } = this.#waiter;
    if (this.#failure !== undefined) reject(this.#failure);
    else if (this.#ended) resolve({ done: true, value: undefined });
    else return;
    this.#waiter = undefined;
  }
}
