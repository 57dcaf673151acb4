import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { EngineError } from '../engine-error.ts';
import { openLmdb } from './lmdb.ts';

const mounted: string[] = [];

afterEach(async () => {
  for (const directory of mounted.splice(0)) {
    execFileSync('umount', [directory], { stdio: 'ignore' });
    await rm(directory, { recursive: true, force: true });
  }
});

/** A file system of its own with so little room, if this process may mount one. */
async function smallDisk(room: string): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${room}`, 'tmpfs', directory], {
      stdio: 'ignore',
    });
    mounted.push(directory);
    return directory;
  } catch {
    await rm(directory, { recursive: true, force: true });
    return undefined;
  }
}

test('a full disk refuses commits, keeps what is there, and takes commits again', async (context) => {
  const directory = await smallDisk('6m');
  if (directory === undefined) {
    context.skip('needs the right to mount a small file system');
    return;
  }
  const engine = openLmdb(join(directory, 'metadata'));
  const value = Buffer.alloc(50_000, 1);
  const row = (count: number) => ({ key: Buffer.from(`k${count}`), value });
  const absent = (name: string, count: number) => ({
    key: Buffer.from(`${name}${count}`),
    value: undefined,
  });
  // Without a check, with one that LMDB's thread judges, and with such that the callback judges.
  const checksOf = (count: number) =>
    [[], [absent('x', count)], [absent('x', count), absent('y', count)]][count % 3] ?? [];
  const write = (count: number) => engine.commit({ checks: checksOf(count), puts: [row(count)] });

  const written = new Set<number>();
  const failures: unknown[] = [];
  for (let count = 0; failures.length < 6; count += 3) {
    const group = [count, count + 1, count + 2];
    const results = await Promise.allSettled(group.map(write));
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') written.add(group[index] ?? 0);
      else failures.push(result.reason);
    }
  }
  expect(written.size).toBeGreaterThan(50);
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(EngineError);
    expect(failure).toMatchObject({ kind: 'full' });
  }
  const range = { from: Buffer.from('k'), until: Buffer.from('l'), limit: 10_000 };
  const found = (await engine.scan(range)).map(({ key }) => Number(Buffer.from(key).subarray(1)));
  expect(new Set(found)).toEqual(written);

  await engine.commit({ deletes: Array.from({ length: 40 }, (_, count) => row(count).key) });
  // Pages come free one transaction after the one that left them.
  await engine.commit({ puts: [{ key: Buffer.from('small'), value: Buffer.from('1') }] });
  expect(await write(0)).toEqual({ ok: true });
  await engine.close();
});
