import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from './index.ts';

/** Files below a directory that this process holds open. */
async function openBelow(directory: string): Promise<readonly string[]> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(
    names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(directory));
}

test('a start that cannot listen gives the data directory back', async ({ skip }) => {
  if (process.platform !== 'linux') skip('open files are counted in /proc (run it on Linux)');
  const directory = await mkdtemp(join(tmpdir(), 'causeway-main-'));
  const taken = await startServer();
  await expect(startServer({ port: taken.port, data: directory })).rejects.toThrow('EADDRINUSE');
  expect(await openBelow(directory)).toEqual([]);
  const next = await startServer({ data: directory });
  expect(await openBelow(directory)).not.toEqual([]);
  await next.close();
  await taken.close();
  await rm(directory, { recursive: true });
});
