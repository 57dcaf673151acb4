import { expect, test } from 'vitest';
import { chain, startStream } from './chain.ts';

/** Streams that tell what happens to them. */
function sources(events: string[], ...contents: readonly (readonly number[])[]) {
  return contents.map(
    (bytes, index) =>
      async function* () {
        events.push(`open ${index}`);
        try {
          for (const byte of bytes) yield Uint8Array.of(byte);
        } finally {
          events.push(`close ${index}`);
        }
      },
  );
}

const start = (source: () => AsyncIterable<Uint8Array>) => startStream(source());

test('streams follow each other, each opened when it is needed, the first at once', async () => {
  const events: string[] = [];
  const stream = await chain(sources(events, [1, 2], [], [3]), start);
  expect(events).toEqual(['open 0']);
  const found = [];
  for await (const chunk of stream) found.push(...chunk);
  expect(found).toEqual([1, 2, 3]);
  expect(events).toEqual(['open 0', 'close 0', 'open 1', 'close 1', 'open 2', 'close 2']);
});

test('a stream that is given up, even before its first byte, closes what is open', async () => {
  const events: string[] = [];
  const unread = await chain(sources(events, [1], [2]), start);
  await unread[Symbol.asyncIterator]().return?.();
  expect(events).toEqual(['open 0', 'close 0']);
  const begun = await chain(sources(events, [1, 2], [3]), start);
  for await (const _ of begun) break;
  expect(events.slice(2)).toEqual(['open 0', 'close 0']);
});

test('what keeps the first stream from opening is known before anything is read', async () => {
  const broken = (): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }),
  });
  await expect(chain([broken], start)).rejects.toThrow('gone');
});
