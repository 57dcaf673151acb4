// `npm run check`: everything that must hold before a change goes in, in under a minute. Every step
// runs, so that one look shows all there is to mend; `npm test` adds the slow tests.
import { install, removeStaleOutputs, requireNode, run, say, seconds } from './prepare.mjs';

requireNode();
install();

const steps = [
  { name: 'types', script: 'typescript/bin/tsc', args: ['-b'], mend: 'see the errors above' },
  {
    name: 'lint',
    script: 'oxlint/bin/oxlint',
    args: ['--type-aware', '--deny-warnings'],
    mend: '`npx oxlint --type-aware --fix` mends some of it',
  },
  {
    name: 'format',
    script: 'oxfmt/bin/oxfmt',
    args: ['--check'],
    mend: '`npm run format` mends it',
  },
  {
    name: 'tidy',
    script: '../tools/tidy.mjs',
    args: [],
    mend: 'each line names its rule; the rules are in tools/tidy-rules.mjs',
  },
  {
    name: 'unit tests',
    script: 'vitest/vitest.mjs',
    args: ['run', '--project', 'unit'],
    mend: '`npx vitest run FILE` runs one file again',
  },
];

removeStaleOutputs();
const started = performance.now();
const broken = [];
for (const { name, script, args, mend } of steps) {
  const stepStarted = performance.now();
  const { status, output } = run(script, args);
  if (status === 0) {
    say(`${name}: ok (${seconds(stepStarted)})`);
  } else {
    process.stderr.write(output);
    say(`${name}: FAILED (${seconds(stepStarted)}); ${mend}`);
    broken.push(name);
  }
}
if (broken.length === 0) {
  say(`All is well (${seconds(started)}).`);
} else {
  say(`Failed: ${broken.join(', ')}.`);
  process.exitCode = 1;
}
