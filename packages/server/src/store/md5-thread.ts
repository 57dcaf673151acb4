import { Worker } from 'node:worker_threads';
import type { Md5Job, Md5Report } from './md5-worker.ts';

/** One message per so many bytes: messages cost about 10 µs on each side. */
const segmentBytes = 512 * 1024;
/** 8 MiB for all streams of the process together. */
const segmentsMax = 16;

/**
 * An MD5 over bytes that are copied, once, into segments of memory which change hands with a thread:
 * MD5 is the slowest step of a large upload, and on the thread of the requests it would hold up all
 * of them. (Shared memory would need no handing over, but V8 copies into it at a quarter of the
 * speed.)
 */
export interface Md5Stream {
  /** Takes the chunk; when a promise is returned, the chunk must stay as it is until it resolves. */
  update(chunk: Uint8Array): Promise<void> | undefined;
  /** 32 hexadecimal digits. */
  finish(): Promise<string>;
  /** For whoever does not come to `finish`. */
  cancel(): void;
}

interface Thread {
  readonly worker: Worker;
  readonly free: Uint8Array<ArrayBuffer>[];
  /** Streams that need a segment and found none, first come first served. */
  readonly waiting: Waiter[];
  /** Streams that hold a segment which is not full. */
  readonly filling: Set<{ flush(): void }>;
  readonly finishing: Map<number, { resolve(md5: string): void; reject(error: Error): void }>;
  /** Open streams. The thread keeps the process alive as long as there are any. */
  open: number;
  failure: Error | undefined;
}

interface Waiter {
  resolve(segment: Uint8Array<ArrayBuffer>): void;
  reject(error: Error): void;
}

/** The thread of this process; started by the first stream, and anew after it died. */
let current: Thread | undefined;
let streams = 0;

export function openMd5Stream(): Md5Stream {
  current ??= startThread();
  return streamOn(current, ++streams);
}

/** Ends the thread; streams that are open fail. It would not keep the process alive without them. */
export async function stopMd5Thread(): Promise<void> {
  await current?.worker.terminate();
}

function streamOn(thread: Thread, stream: number): Md5Stream {
  let segment: Uint8Array<ArrayBuffer> | undefined;
  let length = 0;
  let closed = false;
  const part = { flush };
  if (++thread.open === 1) thread.worker.ref();

  function flush(): void {
    if (segment === undefined) return;
    const { buffer } = segment;
    post(thread, { kind: 'hash', stream, segment: buffer, length }, [buffer]);
    segment = undefined;
    thread.filling.delete(part);
  }

  function begin(taken: Uint8Array<ArrayBuffer>): void {
    segment = taken;
    length = 0;
    thread.filling.add(part);
  }

  /** Copies as much as fits; returns how far it came in the chunk. */
  function fill(chunk: Uint8Array, from: number): number {
    if (segment === undefined) return from;
    const until = Math.min(chunk.length, from + segmentBytes - length);
    segment.set(from === 0 && until === chunk.length ? chunk : chunk.subarray(from, until), length);
    length += until - from;
    if (length === segmentBytes) flush();
    return until;
  }

  async function fillLater(chunk: Uint8Array, from: number): Promise<void> {
    for (let at = from; at < chunk.length; at = fill(chunk, at)) {
      if (segment !== undefined) continue;
      const taken = thread.free.pop() ?? (await freeSegment(thread));
      if (closed) {
        release(thread, taken);
        throw new Error('the stream was cancelled');
      }
      begin(taken);
    }
  }

  function close(): void {
    if (closed) return;
    closed = true;
    if (--thread.open === 0) thread.worker.unref();
  }

  return {
    update(chunk) {
      if (thread.failure) throw thread.failure;
      for (let at = 0; at < chunk.length; at = fill(chunk, at)) {
        if (segment !== undefined) continue;
        const taken = thread.free.pop();
        if (taken === undefined) return fillLater(chunk, at);
        begin(taken);
      }
      return undefined;
    },
    async finish() {
      try {
        if (thread.failure) throw thread.failure;
        flush();
        return await new Promise<string>((resolve, reject) => {
          thread.finishing.set(stream, { resolve, reject });
          post(thread, { kind: 'finish', stream });
        });
      } finally {
        close();
      }
    },
    cancel() {
      if (closed) return;
      flush();
      post(thread, { kind: 'cancel', stream });
      close();
    },
  };
}

/** A segment as soon as there is one. Slow streams may hold all of them half full: theirs are sent
 * on, so that nobody waits for a slow client. */
function freeSegment(thread: Thread): Promise<Uint8Array<ArrayBuffer>> {
  if (thread.failure) return Promise.reject(thread.failure);
  return new Promise((resolve, reject) => {
    thread.waiting.push({ resolve, reject });
    for (const part of thread.filling) {
      part.flush();
      break;
    }
  });
}

function release(thread: Thread, segment: Uint8Array<ArrayBuffer>): void {
  const waiter = thread.waiting.shift();
  if (waiter) waiter.resolve(segment);
  else thread.free.push(segment);
}

function startThread(): Thread {
  // Compiled: a URL is not rewritten as an import is.
  const worker = new Worker(new URL('./md5-worker.js', import.meta.url), {
    name: 'md5',
  });
  worker.unref();
  const thread: Thread = {
    worker,
    free: Array.from({ length: segmentsMax }, () => new Uint8Array(segmentBytes)),
    waiting: [],
    filling: new Set(),
    finishing: new Map(),
    open: 0,
    failure: undefined,
  };
  worker.on('message', (report: Md5Report) => {
    if (report.kind === 'done') {
      thread.finishing.get(report.stream)?.resolve(report.md5);
      thread.finishing.delete(report.stream);
      return;
    }
    release(thread, new Uint8Array(report.segment));
  });
  worker.on('error', (cause) => fail(thread, new Error('the MD5 thread failed', { cause })));
  worker.on('exit', () => fail(thread, new Error('the MD5 thread ended')));
  return thread;
}

/** Every stream of a thread that died fails; the next stream gets a new thread. */
function fail(thread: Thread, failure: Error): void {
  if (current === thread) current = undefined;
  thread.failure ??= failure;
  for (const waiter of thread.waiting.splice(0)) waiter.reject(thread.failure);
  for (const stream of thread.finishing.values()) stream.reject(thread.failure);
  thread.finishing.clear();
}

function post(thread: Thread, job: Md5Job, transfer: readonly ArrayBuffer[] = []): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  thread.worker.postMessage(job, [...transfer]);
}
