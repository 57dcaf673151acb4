// `npm run history`: random histories of everything that clients do with buckets, objects, versions and
// uploads, against a model in memory, on every pair of engines. The first difference ends it, with
// the step; the same seed does the same again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, requireNode, root, say, seconds } from './prepare.mjs';

const help = `Usage: npm run history -- [--seed S] [--steps N] [--engines PAIR[,PAIR…]]
  --seed     what chance begins with; the time unless told
  --steps    of each history; 10000 unless told
  --engines  memory+memory, memory+files, lmdb+memory, lmdb+files; all unless told`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    steps: { type: 'string', default: '10000' },
    engines: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const seed = Number(values.seed);
const steps = Number(values.steps);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(steps)) {
  console.error(help);
  process.exit(2);
}

requireNode();
install();
build();

const store = path.join(root, 'packages/server/dist/store');
const { runHistory } = await import(path.join(store, 'history-for-tests.js'));
const { enginePairs } = await import(path.join(store, 'history-engines-for-tests.js'));

for (const pair of values.engines?.split(',') ?? enginePairs.keys()) {
  const engines = enginePairs.get(pair);
  if (engines === undefined) {
    console.error(`There are no engines ${pair}.\n${help}`);
    process.exit(2);
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'causeway-history-'));
  const started = performance.now();
  try {
    const counts = await runHistory({ steps, seed, open: engines(directory) });
    const kinds = [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
    say(`${pair}: ${steps} steps of seed ${seed} agree (${seconds(started)}): ${kinds}`);
  } catch (error) {
    console.error(`${pair}, seed ${seed}:`, error);
    process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
