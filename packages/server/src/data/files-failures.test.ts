import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import {
  copyFile,
  mkdtemp,
  open,
  readdir,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError, type EngineErrorKind } from '../engine-error.ts';
import { blockBytes, fileBytes } from './blob-format.ts';
import { chunksOf, collect } from './contract.ts';
import { DirectorySync } from './directory-sync.ts';
import type { BlobRef } from './engine.ts';
import { fileCalls, type FileCalls } from './file-calls.ts';
import { openFiles } from './files.ts';
import { temporaryName } from './temporary-files.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-files-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const failsWith =
  (kind: EngineErrorKind) =>
  (cause: unknown): boolean =>
    cause instanceof EngineError && cause.kind === kind;

const pathOf = ({ id }: BlobRef): string => join(directory, 'blobs', id.slice(0, 2), id);
const temporaries = (): Promise<string[]> => readdir(join(directory, 'temporary'));
const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

async function flip(path: string, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  await file.write(byte, 0, 1, offset);
  await file.close();
}

test('a flipped bit is found before its block is yielded, wherever it lies', async () => {
  const engine = await openFiles(directory);
  const bytes = randomBytes(11 * blockBytes + 77);
  for (const offset of [0, blockBytes - 1, 5 * blockBytes, 9 * blockBytes + 5, bytes.length - 1]) {
    const blob = await engine.write(chunksOf(bytes));
    await flip(pathOf(blob), offset);
    const chunks: Buffer[] = [];
    const reading = (async () => {
      for await (const chunk of engine.read(blob)) chunks.push(Buffer.from(chunk));
    })();
    await expect(reading).rejects.toSatisfy(failsWith('corrupt'));
    const got = Buffer.concat(chunks);
    expect(got.length).toBeLessThanOrEqual(Math.floor(offset / blockBytes) * blockBytes);
    expect(Buffer.compare(got, bytes.subarray(0, got.length))).toBe(0);
    // A range that does not touch the block is still good.
    const start = offset < 2 * blockBytes ? 2 * blockBytes : 0;
    const sound = await collect(engine.read(blob, { start, end: start + blockBytes }));
    expect(Buffer.compare(sound, bytes.subarray(start, start + blockBytes))).toBe(0);
  }
});

test('no byte of the file can change unnoticed', async () => {
  const engine = await openFiles(directory);
  const blob = await engine.write(chunksOf(randomBytes(100)));
  for (let offset = 0; offset < fileBytes(100); offset++) {
    await flip(pathOf(blob), offset);
    await expect(collect(engine.read(blob))).rejects.toSatisfy(failsWith('corrupt'));
    await flip(pathOf(blob), offset);
  }
  expect(await collect(engine.read(blob))).toHaveLength(100);
});

test.each([0, 100, blockBytes, 9 * blockBytes + 5])(
  'a file of a blob of %i bytes that was cut is corrupt, wherever it was cut',
  async (size) => {
    const engine = await openFiles(directory);
    const whole = fileBytes(size);
    for (const length of [whole - 1, whole - 28, size, size - 1, blockBytes, 0]) {
      if (length < 0 || length >= whole) continue;
      const blob = await engine.write(chunksOf(randomBytes(size)));
      await truncate(pathOf(blob), length);
      await expect(collect(engine.read(blob))).rejects.toSatisfy(failsWith('corrupt'));
    }
  },
);

test('the bytes of another blob are not taken for this one', async () => {
  const engine = await openFiles(directory);
  const [one, other] = [
    await engine.write(chunksOf(randomBytes(1000))),
    await engine.write(chunksOf(randomBytes(1000))),
  ];
  await copyFile(pathOf(other), pathOf(one));
  await expect(collect(engine.read(one))).rejects.toSatisfy(failsWith('corrupt'));
  const larger = { id: other.id, sizeBytes: 1001 };
  await expect(collect(engine.read(larger))).rejects.toSatisfy(failsWith('corrupt'));
});

test('every descriptor is closed, however a read or a write ends', async () => {
  const engine = await openFiles(directory);
  const bytes = randomBytes(3_000_000);
  const blob = await engine.write(chunksOf(bytes));
  const broken = await engine.write(chunksOf(bytes));
  await flip(pathOf(broken), 2_000_000);
  const before = openDescriptors();
  const controller = new AbortController();
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* chunksOf(bytes);
    throw new Error('source');
  }
  for (let round = 0; round < 5; round++) {
    await collect(engine.read(blob));
    await expect(collect(engine.read(broken))).rejects.toThrow(EngineError);
    for await (const chunk of engine.read(blob)) if (chunk.length > 0) break;
    const reading = (async () => {
      for await (const chunk of engine.read(blob, undefined, controller.signal)) {
        if (chunk.length > 0) controller.abort();
      }
    })();
    await expect(reading).rejects.toThrow('abort');
    await engine.remove((await engine.write(chunksOf(bytes))).id);
    await expect(engine.write(failing())).rejects.toThrow('source');
    await expect(engine.write(chunksOf(bytes), controller.signal)).rejects.toThrow('abort');
  }
  expect(openDescriptors()).toBe(before);
});

/** The operating system, but one of its calls fails. */
function failingCalls(call: keyof FileCalls, code: string, after = 0): FileCalls {
  let count = 0;
  const fail = async (): Promise<never> => {
    throw Object.assign(new Error(code), { code, syscall: call });
  };
  return new Proxy(fileCalls, {
    get: (target, name: keyof FileCalls) =>
      name === call && count++ >= after ? fail : target[name],
  });
}

test.each([
  ['write', 'ENOSPC', 'full', 0],
  ['write', 'ENOSPC', 'full', 3],
  ['write', 'EDQUOT', 'full', 5],
  ['syncData', 'ENOSPC', 'full', 0],
  ['syncData', 'EIO', 'unavailable', 0],
  ['open', 'EMFILE', 'unavailable', 0],
  ['rename', 'EIO', 'unavailable', 0],
  ['syncDirectory', 'EIO', 'unavailable', 2],
] as const)(
  '%s failing with %s is "%s" and leaves nothing',
  async (...[call, code, kind, after]) => {
    const engine = await openFiles(directory, { calls: failingCalls(call, code, after) });
    const before = openDescriptors();
    const bytes = randomBytes(20_000_000);
    await expect(engine.write(chunksOf(bytes))).rejects.toSatisfy(failsWith(kind));
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isFile())).toEqual([]);
    expect(openDescriptors()).toBe(before);
  },
);

test('a start sweeps what dead processes left, and nothing else', async () => {
  await openFiles(directory);
  const mine = temporaryName('a'.repeat(32));
  const [host = '', , run = ''] = mine.split('-');
  // Linux gives no process a number as high as this.
  const dead = `${host}-4194304-${run}-${'b'.repeat(32)}`;
  const earlierRun = `${host}-${process.pid}-000000000000-${'c'.repeat(32)}`;
  const parent = `${host}-${process.ppid}-000000000000-${'d'.repeat(32)}`;
  const foreign = `00${host}-1-000000000000-${'e'.repeat(32)}`;
  const oldForeign = `00${host}-1-000000000000-${'f'.repeat(32)}`;
  for (const name of [mine, dead, earlierRun, parent, foreign, oldForeign]) {
    await writeFile(join(directory, 'temporary', name), 'left');
  }
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(join(directory, 'temporary', oldForeign), longAgo, longAgo);
  await openFiles(directory);
  expect((await temporaries()).toSorted()).toEqual([mine, parent, foreign].toSorted());
  expect(Buffer.from(host, 'hex').toString()).toBe(hostname().slice(0, 32));
});

test('who asks for a directory while it is being flushed is served by the next flush', async () => {
  const begun: (() => void)[] = [];
  const calls = {
    ...fileCalls,
    syncDirectory: () => new Promise<void>((resolve) => void begun.push(resolve)),
  };
  const directories = new DirectorySync(calls);
  const order: string[] = [];
  const ask = (name: string): Promise<number> =>
    directories.sync('/d').then(() => order.push(name));
  const first = ask('first');
  const others = [ask('second'), ask('third')];
  expect(begun).toHaveLength(1);
  begun[0]?.();
  await first;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(order).toEqual(['first']);
  expect(begun).toHaveLength(2);
  begun[1]?.();
  await Promise.all(others);
  expect(begun).toHaveLength(2);
  const later = ask('later');
  expect(begun).toHaveLength(3);
  begun[2]?.();
  await later;
});
