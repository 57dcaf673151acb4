import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from './client.ts';
import type { CommitReply, CommitRun } from './commit-floor.ts';
import type { Contender, Round } from './contender.ts';
import { Histogram } from './histogram.ts';
import type { LoadPlan } from './plan.ts';
import { forkProgram, spawnNode, stop, temporaryDirectory, waitForOutput } from './processes.ts';

/** A bare `node:http` server and the process to look at. */
export interface HttpFloor {
  readonly port: number;
  readonly pid: number;
  readonly child: ChildProcess;
}

/** Starts the bare server with so many processes. */
export async function startHttpFloor(workers: number): Promise<HttpFloor> {
  const program = new URL('floor-server.js', import.meta.url).pathname;
  const log = join(await temporaryDirectory(), 'stderr');
  const child = spawnNode([program, String(workers)], { log });
  const [, port] = await waitForOutput(child, /port (\d+)/, log);
  return { port: Number(port), pid: child.pid ?? 0, child };
}

/** What to send to the bare server, to be answered with a body of so many bytes. */
export function httpFloorPlan(
  floor: HttpFloor,
  connections: number,
  request: { readonly method: 'GET' | 'PUT' | 'HEAD' | 'OPTIONS'; readonly bytes: number },
): LoadPlan {
  const { method, bytes } = request;
  return {
    host: '127.0.0.1',
    port: floor.port,
    connections,
    method,
    paths: [`/${method === 'GET' ? bytes : 0}`],
    query: [],
    headers: {},
    bodyBytes: method === 'PUT' ? bytes : 0,
    payload: 'unsigned',
    expectedStatuses: [200],
    expectedBodyBytes: method === 'GET' ? bytes : 0,
  };
}

/**
 * The raw durable commit rate of the metadata engine: as many processes as the server has, sharing
 * one directory and the writers between them.
 */
export async function commitFloor(
  writers: number,
  options: {
    readonly workers: number;
    readonly valueBytes: number;
    readonly parent?: string | undefined;
  },
): Promise<Contender> {
  const directory = await temporaryDirectory(options.parent);
  const count = Math.min(options.workers, writers);
  const children = Array.from({ length: count }, (_unused, index) =>
    forkProgram('commit-floor.js', [directory, String(options.valueBytes), String(index)]),
  );
  await Promise.all(children.map((child) => nextMessage(child)));
  return {
    measure: async (limit) => {
      const results = await Promise.all(
        children.map(async (child, index) => {
          const share = Math.floor(writers / count) + (index < writers % count ? 1 : 0);
          const run: CommitRun = { writers: share, limit };
          const answer = nextMessage(child);
          child.send(run);
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `commit-floor.ts` answers
          const reply = (await answer) as CommitReply;
          if ('error' in reply) throw new Error(reply.error);
          return reply.result;
        }),
      );
      return sum(results);
    },
    close: async () => {
      await Promise.all(children.map(stop));
    },
  };
}

/** How fast one core computes MD5, which every ETag needs: an operation is a body of this size. */
export function md5Floor(bodyBytes: number): Contender {
  const block = Buffer.alloc(1024 * 1024, 'm');
  const once = (): void => {
    const md5 = createHash('md5');
    for (let hashed = 0; hashed < bodyBytes; hashed += block.length) md5.update(block);
    md5.digest();
  };
  return {
    measure: async (limit) => timed(once, bodyBytes, limit),
    close: async () => {},
  };
}

/** How often the disk takes 4 KiB and keeps them: append and fdatasync, one after the other. */
export async function measureDisk(durationMs: number, parent?: string): Promise<Round> {
  const directory = await temporaryDirectory(parent);
  const file = openSync(join(directory, 'disk'), 'a');
  const page = Buffer.alloc(4096, 'd');
  const once = (): void => {
    writeSync(file, page);
    fdatasyncSync(file);
  };
  try {
    return timed(once, page.length, { durationMs, operationsMax: Number.MAX_SAFE_INTEGER });
  } finally {
    closeSync(file);
  }
}

function timed(
  once: () => void,
  bytes: number,
  limit: { readonly durationMs: number; readonly operationsMax: number },
): Round {
  const latencies = new Histogram();
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let operations = 0;
  let now = startedAt;
  do {
    once();
    const after = performance.now();
    latencies.record(after - now);
    now = after;
    operations += 1;
  } while (now - startedAt < limit.durationMs && operations < limit.operationsMax);
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000;
  return {
    operations,
    bytes: operations * bytes,
    elapsedMs: now - startedAt,
    latencies: latencies.toCounts(),
    failures: 0,
    firstFailure: '',
    clientCpuMs: cpuMs,
    serverCpuMs: cpuMs,
  };
}

function sum(results: readonly LoadResult[]): Round {
  const latencies = new Histogram();
  for (const result of results) latencies.add(result.latencies);
  const total = (of: (result: LoadResult) => number): number =>
    results.reduce((added, result) => added + of(result), 0);
  const cpuMs = total((result) => result.clientCpuMs);
  return {
    operations: total((result) => result.operations),
    bytes: total((result) => result.bytes),
    elapsedMs: Math.max(...results.map((result) => result.elapsedMs)),
    latencies: latencies.toCounts(),
    failures: 0,
    firstFailure: '',
    clientCpuMs: cpuMs,
    serverCpuMs: cpuMs,
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a process of the commit floor ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
