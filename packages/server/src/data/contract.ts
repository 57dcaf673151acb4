import { Buffer } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineError, type EngineErrorKind } from '../engine-error.ts';
import type { ByteStream } from '../http/request.ts';
import type { BlobRef, ByteRange, DataEngine } from './engine.ts';

/** An empty engine for one test. `nothingLeft` fails the test when the engine holds anything but
 * these blobs, be it a temporary. */
export interface OpenedData {
  readonly engine: DataEngine;
  /** Where its blocks end, if it has some: the sizes around it are tried. */
  readonly blockBytes?: number;
  readonly holdsOnly?: (blobs: readonly BlobRef[]) => Promise<void>;
}

const failsWith =
  (kind: EngineErrorKind) =>
  (cause: unknown): boolean =>
    cause instanceof EngineError && cause.kind === kind;

/** Chunks of an odd size, each one overwritten as soon as the next one is asked for, as a source
 * that reuses its buffer may do. */
export async function* chunksOf(
  bytes: Uint8Array,
  chunkBytes = 60_001,
): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes);
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    const part = bytes.subarray(offset, offset + chunkBytes);
    chunk.set(part);
    yield chunk.subarray(0, part.length);
    chunk.fill(0xdd);
  }
}

/** All bytes of a stream, and what was seen of it. */
export async function collect(stream: ByteStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    expect(chunk.length).toBeGreaterThan(0);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** Equality without a page of bytes in the failure. */
const same = (actual: Uint8Array, expected: Uint8Array): boolean =>
  Buffer.compare(actual, expected) === 0;

/** The promises of the data port, as tests that every engine runs. */
export function testDataEngine(name: string, open: () => Promise<OpenedData>): void {
  describe(`the data engine ${name}`, () => {
    const engines: DataEngine[] = [];

    async function start(): Promise<OpenedData> {
      const opened = await open();
      engines.push(opened.engine);
      return opened;
    }

    afterEach(async () => {
      await Promise.all(engines.splice(0).map((engine) => engine.close()));
    });

    test('what was written is read back, at every size where something may change', async () => {
      const { engine, blockBytes = 1024 * 1024, holdsOnly } = await start();
      const sizes = [0, 1, 65_535, 65_536, blockBytes - 1, blockBytes, blockBytes + 1];
      sizes.push(2 * blockBytes, 5 * 1024 * 1024 + 12_345);
      const blobs: BlobRef[] = [];
      for (const size of sizes) {
        const bytes = randomBytes(size);
        const blob = await engine.write(chunksOf(bytes));
        expect(blob.sizeBytes).toBe(size);
        expect(blob.id).toMatch(/^[0-9a-z]{16,}$/);
        expect(same(await collect(engine.read(blob)), bytes)).toBe(true);
        blobs.push(blob);
      }
      expect(new Set(blobs.map(({ id }) => id)).size).toBe(sizes.length);
      await holdsOnly?.(blobs);
      for (const { id } of blobs) await engine.remove(id);
      await holdsOnly?.([]);
    });

    test.each([1, 7, 4096, 1024 * 1024, 3_000_000])(
      'a source of chunks of %i bytes, with empty ones in between',
      async (chunkBytes) => {
        const { engine } = await start();
        const bytes = randomBytes(Math.min(2_500_000, chunkBytes * 1000));
        async function* source(): AsyncGenerator<Uint8Array> {
          yield new Uint8Array(0);
          for await (const chunk of chunksOf(bytes, chunkBytes)) {
            yield chunk;
            yield new Uint8Array(0);
          }
        }
        const blob = await engine.write(source());
        expect(same(await collect(engine.read(blob)), bytes)).toBe(true);
      },
    );

    test('a range yields exactly its bytes', async () => {
      const { engine, blockBytes = 1024 * 1024 } = await start();
      const bytes = randomBytes(3 * blockBytes + 4321);
      const blob = await engine.write(chunksOf(bytes));
      const edges = [
        0,
        1,
        blockBytes - 1,
        blockBytes,
        blockBytes + 1,
        2 * blockBytes,
        bytes.length,
      ];
      const offset = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: bytes.length }));
      await fc.assert(
        fc.asyncProperty(offset, offset, async (a, b) => {
          const range: ByteRange = { start: Math.min(a, b), end: Math.max(a, b) };
          const read = await collect(engine.read(blob, range));
          expect(same(read, bytes.subarray(range.start, range.end))).toBe(true);
        }),
        { numRuns: 60 },
      );
    });

    test('a range outside of the blob is refused', async () => {
      const { engine } = await start();
      const blob = await engine.write(chunksOf(randomBytes(10)));
      for (const range of [
        { start: -1, end: 5 },
        { start: 0, end: 11 },
        { start: 6, end: 5 },
        { start: 0.5, end: 5 },
        { start: 0, end: Number.NaN },
      ]) {
        await expect(collect(engine.read(blob, range))).rejects.toThrow(RangeError);
      }
    });

    test('a source that throws leaves nothing, and its error comes back', async () => {
      const { engine, holdsOnly } = await start();
      for (const size of [0, 100, 3_000_000]) {
        const cause = new Error('the client went away');
        async function* source(): AsyncGenerator<Uint8Array> {
          yield* chunksOf(randomBytes(size));
          throw cause;
        }
        await expect(engine.write(source())).rejects.toBe(cause);
      }
      await holdsOnly?.([]);
    });

    test('an abort ends a write with its reason, ends the source, and leaves nothing', async () => {
      const { engine, holdsOnly } = await start();
      for (const after of [0, 1, 40]) {
        const controller = new AbortController();
        const reason = new Error('stop');
        const state = { ended: false };
        async function* source(): AsyncGenerator<Uint8Array> {
          try {
            for (let count = 0; count < 10_000; count++) {
              if (count === after) controller.abort(reason);
              yield randomBytes(65_536);
            }
          } finally {
            state.ended = true;
          }
        }
        await expect(engine.write(source(), controller.signal)).rejects.toBe(reason);
        expect(state.ended).toBe(true);
      }
      const aborted = AbortSignal.abort(new Error('before'));
      await expect(engine.write(chunksOf(randomBytes(5)), aborted)).rejects.toThrow('before');
      await holdsOnly?.([]);
    });

    test('an abort ends a read with its reason', async () => {
      const { engine } = await start();
      const blob = await engine.write(chunksOf(randomBytes(5_000_000)));
      const controller = new AbortController();
      const reason = new Error('gone');
      const reading = (async () => {
        for await (const chunk of engine.read(blob, undefined, controller.signal)) {
          expect(chunk.length).toBeLessThan(5_000_000);
          controller.abort(reason);
        }
      })();
      await expect(reading).rejects.toBe(reason);
    });

    test('a reader that stops early leaves the blob and other readers alone', async () => {
      const { engine } = await start();
      const bytes = randomBytes(4_000_000);
      const blob = await engine.write(chunksOf(bytes));
      const other = collect(engine.read(blob));
      for await (const chunk of engine.read(blob)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(same(await other, bytes)).toBe(true);
      expect(same(await collect(engine.read(blob)), bytes)).toBe(true);
    });

    test('an absent blob is missing before the first byte, and its removal no error', async () => {
      const { engine } = await start();
      const never = { id: '0123456789abcdef0123456789abcdef', sizeBytes: 5 };
      await expect(collect(engine.read(never))).rejects.toSatisfy(failsWith('missing'));
      await engine.remove(never.id);
      const blob = await engine.write(chunksOf(randomBytes(100)));
      await engine.remove(blob.id);
      await expect(collect(engine.read(blob))).rejects.toSatisfy(failsWith('missing'));
      await engine.remove(blob.id);
    });

    test('an empty blob that is gone is missing too', async () => {
      const { engine } = await start();
      const blob = await engine.write(chunksOf(new Uint8Array(0)));
      expect(same(await collect(engine.read(blob)), new Uint8Array(0))).toBe(true);
      await engine.remove(blob.id);
      await expect(collect(engine.read(blob))).rejects.toSatisfy(failsWith('missing'));
    });

    test('a reader that has begun reads on after the removal', async () => {
      const { engine, holdsOnly } = await start();
      const bytes = randomBytes(5_000_000);
      const blob = await engine.write(chunksOf(bytes));
      const chunks: Buffer[] = [];
      for await (const chunk of engine.read(blob)) {
        if (chunks.length === 0) await engine.remove(blob.id);
        chunks.push(Buffer.from(chunk));
      }
      expect(same(Buffer.concat(chunks), bytes)).toBe(true);
      await holdsOnly?.([]);
    });

    test('a chunk stays as it is while its reader takes its time', async () => {
      const { engine } = await start();
      const bytes = randomBytes(4_000_000);
      const blob = await engine.write(chunksOf(bytes));
      const hash = createHash('sha256');
      const readers = Array.from({ length: 4 }, () => collect(engine.read(blob)));
      for await (const chunk of engine.read(blob)) {
        const before = Buffer.from(chunk);
        await new Promise((resolve) => setTimeout(resolve, 2));
        expect(same(chunk, before)).toBe(true);
        hash.update(chunk);
      }
      expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
      for (const read of await Promise.all(readers)) expect(same(read, bytes)).toBe(true);
    });

    test('50 writers at a time do not meet', async () => {
      const { engine, holdsOnly } = await start();
      const contents = Array.from({ length: 50 }, (_, index) => randomBytes(index * 20_000 + 1));
      const blobs = await Promise.all(contents.map((bytes) => engine.write(chunksOf(bytes))));
      const reads = await Promise.all(blobs.map((blob) => collect(engine.read(blob))));
      for (const [index, read] of reads.entries()) {
        expect(same(read, contents[index] ?? new Uint8Array(0))).toBe(true);
      }
      await holdsOnly?.(blobs);
    });

    test('close waits for the writes under way; afterwards everything is unavailable', async () => {
      const { engine } = await start();
      const writes = Array.from({ length: 5 }, () =>
        engine.write(chunksOf(randomBytes(1_000_000))),
      );
      await engine.close();
      const [blob] = await Promise.all(writes);
      expect(blob?.sizeBytes).toBe(1_000_000);
      const late = { id: blob?.id ?? '', sizeBytes: 1_000_000 };
      await expect(engine.write(chunksOf(randomBytes(1)))).rejects.toSatisfy(
        failsWith('unavailable'),
      );
      await expect(collect(engine.read(late))).rejects.toSatisfy(failsWith('unavailable'));
      await expect(engine.remove(late.id)).rejects.toSatisfy(failsWith('unavailable'));
      await engine.close();
    });
  });
}
