import { join } from 'node:path';
import type { DataEngine } from '../data/engine.ts';
import { openFiles } from '../data/files.ts';
import { openMemoryData } from '../data/memory.ts';
import { openLmdb } from '../metadata/lmdb.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import type { EnginePair } from './history-for-tests.ts';

/** Opens an engine, again and again, with what was stored before. */
type Opening<Engine> = (directory: string) => () => Engine | Promise<Engine>;

const metadata: Readonly<Record<string, Opening<MetadataEngine>>> = {
  memory: () => {
    const kept = openMemoryMetadata();
    return () => ({ ...kept, close: () => Promise.resolve() });
  },
  lmdb: (directory) => () => openLmdb(join(directory, 'metadata')),
};

const data: Readonly<Record<string, Opening<DataEngine>>> = {
  memory: () => {
    const kept = openMemoryData();
    return () => ({ ...kept, close: () => Promise.resolve() });
  },
  files: (directory) => () => openFiles(join(directory, 'data')),
};

/** Every metadata engine with every data engine, by name: `lmdb+files`. */
export const enginePairs: ReadonlyMap<string, (directory: string) => () => Promise<EnginePair>> =
  new Map(
    Object.entries(metadata).flatMap(([one, openMetadata]) =>
      Object.entries(data).map(([other, openData]) => [
        `${one}+${other}`,
        (directory: string) => {
          const metadataOf = openMetadata(directory);
          const dataOf = openData(directory);
          return async (): Promise<EnginePair> => {
            const engines = { metadata: await metadataOf(), data: await dataOf() };
            return {
              ...engines,
              close: async () => {
                await engines.data.close();
                await engines.metadata.close();
              },
            };
          };
        },
      ]),
    ),
  );
