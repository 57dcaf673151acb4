import { deepStrictEqual } from 'node:assert';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { blockBytes } from './blob-format.ts';
import { testDataEngine } from './contract.ts';
import { openFiles } from './files.ts';

const directories: string[] = [];

afterAll(async () => {
  await Promise.all(directories.map((path) => rm(path, { recursive: true, force: true })));
});

testDataEngine('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-files-'));
  directories.push(directory);
  return {
    engine: await openFiles(directory),
    blockBytes,
    async holdsOnly(blobs) {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
      deepStrictEqual(files.toSorted(), blobs.map(({ id }) => id).toSorted());
    },
  };
});
