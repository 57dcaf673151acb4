// The rules of the house that no other tool checks, over every file that git knows or would add.
// `node tools/tidy.mjs` prints one line for each breach: file, line, what is wrong.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, workspaces } from './prepare.mjs';
import { rules } from './tidy-rules.mjs';

// They show every breach there is, as text.
const examples = 'tools/tidy-rules.test.mjs';
const binary = /\.(?:png|ico|woff2?|gz|br)$/;

const paths = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((file) => file !== '' && file !== examples && existsSync(path.join(root, file)));

const house = {
  exists: (file) => existsSync(path.join(root, file)),
  workspaces: workspaces(),
  roadmap: existsSync(path.join(root, 'docs/roadmap.md'))
    ? readFileSync(path.join(root, 'docs/roadmap.md'), 'utf8')
    : '',
};

const problems = [];
for (const file of paths) {
  const text = binary.test(file) ? '' : readFileSync(path.join(root, file), 'utf8');
  for (const rule of Object.values(rules)) {
    for (const { line, message } of rule({ path: file, text }, house)) {
      problems.push(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
    }
  }
}

for (const problem of problems) {
  console.error(problem);
}
console.log(`${paths.length} files, ${problems.length} to mend`);
process.exitCode = problems.length === 0 ? 0 : 1;
