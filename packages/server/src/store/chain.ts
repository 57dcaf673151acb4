import type { ByteStream } from '../http/request.ts';

const done = { done: true, value: undefined } as const;

/** A stream of what `OpenObject.read` gave: a stream, or few bytes at once. */
export async function* streamOf(body: ByteStream | Uint8Array): ByteStream {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

/**
 * Waits for a stream's first chunk, so that a failure to open it shows now and not after a status
 * line was sent. The iterator then gives that chunk and the rest.
 */
export async function startStream(stream: ByteStream): Promise<AsyncIterator<Uint8Array>> {
  const iterator = stream[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<Uint8Array>> | undefined = Promise.resolve(
    await iterator.next(),
  );
  return {
    next() {
      const result = first ?? iterator.next();
      first = undefined;
      return result;
    },
    async return() {
      await iterator.return?.();
      return done;
    },
  };
}

/**
 * One stream of several, each opened when the one before has ended; the first before this resolves.
 * Written out, not a generator: returning a generator that never ran would leave the first open.
 */
export async function chain<Source>(
  sources: readonly Source[],
  start: (source: Source) => Promise<AsyncIterator<Uint8Array>>,
): Promise<ByteStream> {
  let index = 0;
  let current: AsyncIterator<Uint8Array> | undefined;
  const open = async (): Promise<void> => {
    const source = sources[index++];
    current = source === undefined ? undefined : await start(source);
  };
  await open();

  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      for (;;) {
        const stream = current;
        if (stream === undefined) return done;
        const result = await stream.next();
        if (!result.done) return result;
        await open();
      }
    },
    async return() {
      const stream = current;
      current = undefined;
      index = sources.length;
      await stream?.return?.();
      return done;
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
