import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { startHttpFloor, commitFloor, measureDisk } from './floors.ts';
import { Histogram } from './histogram.ts';
import { Loader } from './loader.ts';
import { help, readOptions, type Options } from './options.ts';
import { causewayProgram, startCauseway, startS3rver, type RunningServer } from './peers.ts';
import { cleanUp, hasProc, residentBytesOf, stop, treeOf } from './processes.ts';
import { hottest, profileClock, type Stretch } from './profile.ts';
import { formatMarkdown, formatText, machineOf, type Report } from './report.ts';
import { prepare, runCases, type Bench } from './run.ts';

const diskMs = 500;
const hottestShown = 30;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${help}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      cleanUp();
      process.exit(code);
    });
  }
  try {
    await bench(options, args);
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  } finally {
    cleanUp();
  }
}

async function bench(options: Options, args: readonly string[]): Promise<void> {
  const startedAt = performance.now();
  const [loadBefore = 0] = loadavg();
  const progress = (line: string): void => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${seconds} s  ${line}\n`);
  };
  const leftOut: string[] = [];
  if (!hasProc)
    leftOut.push('CPU per operation and memory are left out: they are read from /proc.');

  const servers = await startServers(options, progress);
  progress('floors');
  const disk = await measureDisk(diskMs, options.directory);
  const noCommitFloor = await tryCommitFloor(options);
  if (noCommitFloor !== undefined) leftOut.push(`No floor of commits: ${noCommitFloor}`);
  const loader = new Loader();
  const run: Bench = {
    options,
    loader,
    targets: servers.map(({ target }) => target),
    httpFloor: await startHttpFloor(options.workers),
    noCommitFloor,
    progress,
  };
  await prepare(run);
  const from = profileClock();
  const results = await runCases(run);
  const until = profileClock();
  const report: Report = {
    date: options.date,
    command: ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
    machine: machineOf(),
    loadBefore,
    workers: options.workers,
    listedKeys: options.listedKeys,
    diskSyncsPerSecond: (disk.operations / disk.elapsedMs) * 1000,
    diskP99Ms: new Histogram(disk.latencies).quantile(0.99),
    servers: servers.map(factsOf),
    results,
    leftOut,
  };
  await loader.close();
  await Promise.all([run.httpFloor.child, ...servers.map(({ child }) => child)].map(stop));
  progress('done');
  write(report, options);
  if (options.profile !== undefined) writeHottest(options.profile, { from, until });
}

async function startServers(
  options: Options,
  progress: (line: string) => void,
): Promise<readonly RunningServer[]> {
  const servers = [];
  const program = causewayProgram();
  if (program === undefined) throw new Error('Causeway is not built: npm run build');
  progress('starting Causeway');
  const nodeArgs = options.profile === undefined ? [] : profileArgs(options.profile);
  const { workers, directory: parent, serveArgs } = options;
  servers.push(await startCauseway(program, { workers, parent, nodeArgs, args: serveArgs }));
  if (options.peers) {
    progress('starting s3rver');
    servers.push(await startS3rver(options.directory));
  }
  return servers;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function profileArgs(directory: string): readonly string[] {
  mkdirSync(directory, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${resolve(directory)}`];
}

/** @returns Why the metadata engine cannot be measured on its own, or undefined when it can. */
async function tryCommitFloor(options: Options): Promise<string | undefined> {
  if (!options.cases.some(({ floor }) => floor.kind === 'commit')) return undefined;
  try {
    const probe = await commitFloor(1, { workers: 1, valueBytes: 1 });
    await probe.close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function factsOf({ target, readyMs, restBytes }: RunningServer): Report['servers'][number] {
  const endBytes = hasProc ? residentBytesOf(treeOf(target.pid)) : undefined;
  return { name: target.name, readyMs, restBytes, endBytes };
}

function write(report: Report, options: Options): void {
  const json = JSON.stringify(report, undefined, 2);
  if (options.json === '-') {
    process.stdout.write(`${json}\n`);
    return;
  }
  if (options.json !== undefined) writeFileSync(options.json, `${json}\n`);
  const colour = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  process.stdout.write(options.markdown ? formatMarkdown(report) : formatText(report, colour));
}

function writeHottest(directory: string, stretch: Stretch): void {
  const { own, charged } = hottest(directory, stretch, hottestShown);
  const text = [
    '',
    'Where Causeway spent its time, with what Node and V8 did charged to the function that asked:',
    ...charged,
    '',
    'The same by the function that was running:',
    ...own,
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}
