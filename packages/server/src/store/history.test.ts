import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enginePairs } from './history-engines-for-tests.ts';
import { runHistory } from './history-for-tests.ts';

// The first steps of what `npm run history` does at length.
const steps = { 'memory+memory': 1500, 'lmdb+files': 300 } as const;

test.each(Object.entries(steps))(
  'whatever clients do, %s agree with the model',
  async (pair, count) => {
    const directory = await mkdtemp(join(tmpdir(), 'causeway-history-'));
    try {
      const open = enginePairs.get(pair)?.(directory);
      if (open === undefined) throw new Error(`no engines ${pair}`);
      const counts = await runHistory({ steps: count, seed: 7, open });
      expect(counts.get('put')).toBeGreaterThan(count / 20);
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  60_000,
);
