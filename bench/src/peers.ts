import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  hasProc,
  residentBytesOf,
  spawnNode,
  temporaryDirectory,
  treeOf,
  waitForOutput,
} from './processes.ts';
import type { S3Target } from './s3-target.ts';

/** How long a server is left alone before its memory at rest is read. */
const restMs = 1500;
/** Between two questions whether it is ready. */
const pollMs = 5;
const readyMaxMs = 20_000;

export interface RunningServer {
  readonly target: S3Target;
  readonly child: ChildProcess;
  /** From the start of the process until it answers that it is ready. */
  readonly readyMs: number;
  /** Of all its processes, before the first request; undefined without /proc. */
  readonly restBytes: number | undefined;
}

export interface CausewayOptions {
  readonly workers: number;
  readonly parent?: string | undefined;
  /** Further arguments of `causeway serve`. */
  readonly args: readonly string[];
  /** Arguments for Node itself, which the workers inherit. */
  readonly nodeArgs: readonly string[];
}

/** The command of the workspace, or undefined when it is not built. */
export function causewayProgram(): string | undefined {
  const program = new URL('../../packages/cli/bin/causeway.js', import.meta.url).pathname;
  return existsSync(program) ? program : undefined;
}

/** Starts Causeway with an empty data directory and strict defaults. */
export async function startCauseway(
  program: string,
  options: CausewayOptions,
): Promise<RunningServer> {
  const directory = await temporaryDirectory(options.parent);
  const log = join(await temporaryDirectory(options.parent), 'stderr');
  const credentials = { accessKeyId: 'bench-root', secretAccessKey: 'bench-root-secret-key' };
  const startedAt = performance.now();
  const child = spawnNode(
    [
      ...options.nodeArgs,
      program,
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data',
      directory,
      '--workers',
      String(options.workers),
      ...options.args,
    ],
    {
      log,
      env: {
        CAUSEWAY_ROOT_USER: credentials.accessKeyId,
        CAUSEWAY_ROOT_PASSWORD: credentials.secretAccessKey,
      },
    },
  );
  const [, port] = await waitForOutput(child, /http:\/\/127\.0\.0\.1:(\d+)/, log);
  await waitUntilReady(`http://127.0.0.1:${port}/health/ready`);
  const readyMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  const address = { host: '127.0.0.1', port: Number(port) };
  return {
    target: { name: 'causeway', ...address, credentials, pid, directory },
    child,
    readyMs,
    restBytes: await atRest(pid),
  };
}

/** Starts s3rver from npm. It needs OpenSSL's old algorithms since Node 17. */
export async function startS3rver(parent?: string): Promise<RunningServer> {
  const directory = await temporaryDirectory(parent);
  const log = join(await temporaryDirectory(parent), 'stderr');
  const program = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js');
  const startedAt = performance.now();
  const args = [
    '--openssl-legacy-provider',
    program,
    '--silent',
    '--directory',
    directory,
    '--address',
    '127.0.0.1',
    '--port',
    '0',
  ];
  const child = spawnNode(args, { log });
  const [, port] = await waitForOutput(child, /listening on 127\.0\.0\.1:(\d+)/, log);
  const readyMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const address = { host: '127.0.0.1', port: Number(port) };
  return {
    target: { name: 's3rver', ...address, credentials, pid, directory },
    child,
    readyMs,
    restBytes: await atRest(pid),
  };
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = performance.now() + readyMaxMs;
  for (;;) {
    try {
      const response = await fetch(url, { headers: { connection: 'close' } });
      await response.arrayBuffer();
      if (response.ok) return;
    } catch {
      // It does not listen yet.
    }
    if (performance.now() > deadline) throw new Error(`${url} is not ready after 20 s`);
    await sleep(pollMs);
  }
}

async function atRest(pid: number): Promise<number | undefined> {
  await sleep(restMs);
  return hasProc ? residentBytesOf(treeOf(pid)) : undefined;
}
