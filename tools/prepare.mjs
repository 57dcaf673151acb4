// What `npm start`, `npm test` and `npm run check` have in common: the right Node, the packages that
// the lock file names, and an up-to-date build. Only Node's own modules: this runs before anything
// is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Ends the process when this Node is too old to run what follows. */
export function requireNode() {
  const { engines } = readJson('package.json');
  const wanted = engines.node.replace('>=', '');
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) {
    return;
  }
  fail(`Causeway needs Node.js ${wanted} or later; this is ${process.versions.node}.`);
}

/** Runs `npm ci` when what is installed is not what the lock file says. */
export function install() {
  const missing = firstMissing(root);
  if (missing === undefined) {
    return;
  }
  say(`Installing dependencies (npm ci), because ${missing} …`);
  const started = performance.now();
  const npm = process.env['npm_execpath'];
  const ci = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } =
    npm !== undefined && npm.endsWith('.js')
      ? spawnSync(process.execPath, [npm, ...ci], { cwd: root, stdio: ['ignore', 2, 2] })
      : spawnSync('npm', ci, {
          cwd: root,
          stdio: ['ignore', 2, 2],
          shell: process.platform === 'win32',
        });
  if (error !== undefined) {
    fail(`npm could not be run: ${error.message}`);
  }
  if (status !== 0) {
    fail('`npm ci` failed; its own message is above.');
  }
  say(`Installed in ${seconds(started)}.`);
}

/** Compiles whatever changed, after removing the outputs of sources that are gone. */
export function build() {
  removeStaleOutputs();
  const started = performance.now();
  const { status, output } = run('typescript/bin/tsc', ['-b']);
  if (status !== 0) {
    process.stderr.write(output);
    fail('The build failed (`npx tsc -b`).');
  }
  if (performance.now() - started > 1000) {
    say(`Built in ${seconds(started)}.`);
  }
}

/** Runs a program that a dependency installed, e.g. `typescript/bin/tsc`, and keeps what it says. */
export function run(script, args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules', script), ...args],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return { status: status ?? 1, output: stdout + stderr };
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

export function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

/** The folders of the workspace, relative to the root: `packages/cors`, … */
export function workspaces(folder = root) {
  return readJson('package.json', folder).workspaces;
}

function readJson(file, folder = root) {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
}

function fail(message) {
  say(message);
  process.exit(1);
}

/**
 * Says why an installation is needed, or nothing when it is not. npm writes what it installed into
 * `node_modules/.package-lock.json`; comparing that with the lock file by content needs no clock
 * and also sees a branch that was switched or a folder that was deleted.
 */
export function firstMissing(folder) {
  if (!existsSync(path.join(folder, 'node_modules/.package-lock.json'))) {
    return 'nothing is installed yet';
  }
  const wanted = readJson('package-lock.json', folder).packages;
  const installed = readJson('node_modules/.package-lock.json', folder).packages;
  for (const [place, entry] of Object.entries(wanted)) {
    if (!place.includes('node_modules/')) {
      continue;
    }
    const found = installed[place];
    if (found === undefined || !existsSync(path.join(folder, place))) {
      // The binaries of other platforms are in the lock file and rightly not on this machine.
      if (entry.optional === true) {
        continue;
      }
      return `${place} is missing`;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${place} is not the version of the lock file`;
    }
  }
  return undefined;
}

/** The compiler leaves the outputs of deleted sources behind, where a stale test would still run. */
export function removeStaleOutputs(folder = root) {
  for (const workspace of workspaces(folder)) {
    const dist = path.join(folder, workspace, 'dist');
    if (!existsSync(path.join(dist, 'tsconfig.tsbuildinfo'))) {
      continue;
    }
    for (const entry of readdirSync(dist, { recursive: true })) {
      const stem = /^(.*?)(?:\.d)?\.[jt]sx?(?:\.map)?$/.exec(entry)?.[1];
      if (stem === undefined) {
        continue;
      }
      const source = path.join(folder, workspace, 'src', stem);
      if (!['.ts', '.tsx'].some((extension) => existsSync(source + extension))) {
        rmSync(path.join(dist, entry));
      }
    }
  }
}
