// `npm test`: installs and builds what is needed, runs every test that this machine can run, and
// ends with what was left out and one line: `N passed, N failed`. Arguments go to Vitest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, install, requireNode, root } from './prepare.mjs';

requireNode();
install();
build();

const folder = mkdtempSync(path.join(tmpdir(), 'causeway-test-'));
const file = path.join(folder, 'summary.json');
const reporter = path.join(root, 'tools/summary-reporter.mjs');
const { status } = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${reporter}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CAUSEWAY_TEST_SUMMARY: file } },
);

const summary = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { passed: 0, failed: 0, leftOut: [] };
rmSync(folder, { recursive: true, force: true });

// Vitest can also fail outside of any test, for example when nothing matched or a worker died.
const failed = status !== 0 && summary.failed === 0 ? 1 : summary.failed;
for (const { reason, tests } of summary.leftOut) {
  console.log(`left out: ${reason}; ${tests} test${tests === 1 ? '' : 's'}`);
}
console.log(`${summary.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
