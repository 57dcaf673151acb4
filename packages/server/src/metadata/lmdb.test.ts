import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testMetadataEngine } from './contract.ts';
import { EngineError } from '../engine-error.ts';
import { openLmdb } from './lmdb.ts';

const directories: string[] = [];

afterAll(async () => {
  await Promise.all(directories.map((path) => rm(path, { recursive: true, force: true })));
});

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-lmdb-'));
  directories.push(directory);
  return directory;
}

testMetadataEngine('lmdb', async () => {
  const directory = await makeDirectory();
  return { engine: openLmdb(directory), reopen: async () => openLmdb(directory) };
});

test('only the owner may read what is stored', async () => {
  const directory = join(await makeDirectory(), 'made', 'here');
  const engine = openLmdb(directory);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(directory)) {
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  }
  await engine.close();
});

test('a directory that cannot be used is unavailable', async () => {
  const directory = await makeDirectory();
  await writeFile(join(directory, 'data.mdb'), 'this is no environment'.repeat(1000));
  expect(() => openLmdb(directory)).toThrow(EngineError);
  expect(() => openLmdb('/dev/null/metadata')).toThrow(EngineError);
});
