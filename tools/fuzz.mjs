// `npm run fuzz -- --count N --seed S`: sends N requests that were valid until something in them was
// changed, and looks for answers that are the server's fault. 50,000 unless told; without a seed it
// takes one and prints it when something is found.
import { parseArgs } from 'node:util';
import { build, install, requireNode, run, say } from './prepare.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50000' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  say('npm run fuzz -- [--count N] [--seed S]: wounded requests against a server of its own');
} else {
  requireNode();
  install();
  build();
  process.env.CAUSEWAY_FUZZ_REQUESTS = values.count;
  if (values.seed !== undefined) process.env.CAUSEWAY_FUZZ_SEED = values.seed;
  const started = performance.now();
  const { status, output } = run('vitest/vitest.mjs', ['run', 'tests/dist/fuzz.test.js']);
  if (status !== 0) process.stderr.write(output);
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${values.count} requests in ${seconds} s: ${status === 0 ? 'nothing found' : 'see above'}`);
  process.exitCode = status === 0 ? 0 : 1;
}
