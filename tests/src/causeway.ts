import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(import.meta.resolve('causeway/bin/causeway.js'));
const startTimeoutMs = 20_000;

/** A running `causeway serve`: the shipped command in a process group of its own. */
export interface Causeway {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly data: string;
  /** What it wrote so far, both streams. */
  output(): string;
  /** Resolves with the exit code once the process is gone, whoever ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL to the primary and every worker at once, as a power cut would. */
  kill(): Promise<void>;
  /** The processes of the group, the primary among them. Linux only. */
  processes(): Promise<number[]>;
  /** Bytes of memory that the primary and its workers hold together. Linux only. */
  residentBytes(): Promise<number>;
}

export interface CausewayOptions {
  /** The data directory; the caller owns it. */
  readonly data: string;
  readonly workers?: number;
  readonly args?: readonly string[];
}

/** Starts `causeway serve` and waits until it has told its address. */
export async function startCauseway(options: CausewayOptions): Promise<Causeway> {
  const credentials = { accessKeyId: 'causeway-root', secretAccessKey: 'only-for-these-tests' };
  const child = spawn(
    process.execPath,
    [
      command,
      'serve',
      '--listen=127.0.0.1:0',
      `--data=${options.data}`,
      `--workers=${options.workers ?? 1}`,
      ...(options.args ?? []),
    ],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CAUSEWAY_ROOT_USER: credentials.accessKeyId,
        CAUSEWAY_ROOT_PASSWORD: credentials.secretAccessKey,
      },
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  // A run that is broken off takes its servers with it: in their own group they hear no Ctrl-C.
  const cleanUp = (): void => killGroup(child.pid ?? 0);
  process.once('exit', cleanUp);
  child.once('close', () => process.off('exit', cleanUp));
  const exited = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));

  const url = await address(child, () => output);
  const pid = child.pid ?? 0;
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    credentials,
    data: options.data,
    output: () => output,
    exited,
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
    async kill() {
      killGroup(pid);
      await exited;
    },
    processes: async () => processesOf(pid),
    residentBytes: async () => residentBytes(pid),
  };
}

/** A directory that is gone when the caller says so. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'causeway-'));
  return {
    path: folder,
    remove: async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A server over a directory of its own; `close` ends and removes both. */
export async function startOwnCauseway(
  options: Omit<CausewayOptions, 'data'> = {},
): Promise<Causeway & { close: () => Promise<void> }> {
  const folder = await temporaryFolder();
  const causeway = await startCauseway({ ...options, data: folder.path });
  return {
    ...causeway,
    close: async () => {
      await causeway.kill();
      await folder.remove();
    },
  };
}

async function address(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('close', gone);
      if (error === undefined) {
        resolve(firstUrl(output()) ?? '');
      } else {
        reject(error);
      }
    };
    const look = (): void => {
      if (firstUrl(output()) !== undefined) {
        settle();
      }
    };
    const gone = (): void => settle(new Error(`causeway serve ended early:\n${output()}`));
    const timer = setTimeout(() => {
      killGroup(child.pid ?? 0);
      settle(new Error(`causeway serve told no address in ${startTimeoutMs} ms:\n${output()}`));
    }, startTimeoutMs);
    child.stdout?.on('data', look);
    child.on('close', gone);
  });
}

function firstUrl(text: string): string | undefined {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
}

function killGroup(pid: number): void {
  if (pid <= 0) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group is gone already, which is what was asked for.
  }
}

async function processesOf(group: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    // A process may end between the listing and the reading; then it is not there.
    const stat = /^\d+$/.test(entry)
      ? await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
      : '';
    // After the name, which may hold anything: state, parent, group.
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group) {
      found.push(Number(entry));
    }
  }
  return found;
}

async function residentBytes(group: number): Promise<number> {
  let total = 0;
  for (const pid of await processesOf(group)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    total += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  }
  return total;
}
