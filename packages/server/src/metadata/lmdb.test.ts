import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { testMetadataEngine } from './contract.ts';
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
