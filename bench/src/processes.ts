import { fork, spawn, type ChildProcess, type ForkOptions } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Linux counts the time of processes in hundredths of a second, whatever the kernel's own tick. */
const tickMs = 10;

/** How long a child may take to end when it is asked to, and to write its profile. */
const stopMs = 10_000;

/** Whether the figures of /proc are to be had. */
export const hasProc = process.platform === 'linux';

/** Children and directories to be gone when the benchmark ends, however it ends. */
const children = new Set<ChildProcess>();
const directories = new Set<string>();

/** Kills, by their own ids, the processes that were started, and removes what they wrote. */
export function cleanUp(): void {
  for (const child of children) {
    for (const pid of hasProc && child.pid !== undefined ? treeOf(child.pid) : []) kill(pid);
    child.kill('SIGKILL');
  }
  children.clear();
  for (const directory of directories) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
  directories.clear();
}

export async function temporaryDirectory(parent = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(parent, 'causeway-bench-'));
  directories.add(directory);
  return directory;
}

/** Starts one of the benchmark's own programs as a Node process with a channel. */
export function forkProgram(
  program: string,
  args: readonly string[],
  options?: ForkOptions,
): ChildProcess {
  const child = fork(new URL(program, import.meta.url), args, {
    serialization: 'advanced',
    ...options,
  });
  return track(child);
}

/**
 * Starts a server with this Node. Its standard output is a pipe; its standard error goes to a file,
 * because reading a line per request would cost this process, and dropping it would flatter the
 * server.
 */
export function spawnNode(
  args: readonly string[],
  options: { readonly log: string; readonly env?: Readonly<Record<string, string>> },
): ChildProcess {
  const log = openSync(options.log, 'a');
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', log],
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  return track(child);
}

/** The first match of a pattern in what a child prints. */
export function waitForOutput(
  child: ChildProcess,
  pattern: RegExp,
  log: string,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const ended = (code: number | null): void => {
      reject(new Error(`it ended with ${code}: ${text}${readFileSync(log, 'utf8').slice(-2000)}`));
    };
    const read = (chunk: Buffer): void => {
      text = (text + chunk.toString()).slice(-16_384);
      const match = pattern.exec(text);
      if (match === null) return;
      child.off('exit', ended);
      resolve(match);
    };
    child.stdout?.on('data', read);
    child.once('error', reject);
    child.once('exit', ended);
  });
}

/** Asks a child to end, and kills it when it has not after a while. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([exited, sleep(stopMs, undefined, { ref: false })]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  children.delete(child);
}

/** A process and all that descend from it. Empty without /proc. */
export function treeOf(root: number): readonly number[] {
  if (!hasProc) return [];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid)) {
      const stat = statOf(pid);
      if (stat !== undefined) parents.set(pid, Number(stat[1]));
    }
  }
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  return tree;
}

/** User and system time that processes and their threads have used so far, in milliseconds. */
export function cpuMsOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = statOf(pid);
    if (stat !== undefined) ticks += Number(stat[11]) + Number(stat[12]);
  }
  return ticks * tickMs;
}

/** Resident memory of processes in bytes; what they share counts for each. */
export function residentBytesOf(pids: readonly number[]): number {
  let kibibytes = 0;
  for (const pid of pids) {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, 'status') ?? '');
    kibibytes += Number(match?.[1] ?? 0);
  }
  return kibibytes * 1024;
}

/** The fields of /proc/PID/stat from the third on: the second may hold spaces. */
function statOf(pid: number): readonly string[] | undefined {
  const text = readProc(pid, 'stat');
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function track(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}
