import { cpus, totalmem } from 'node:os';
import { cases } from './cases.ts';
import { atMost, floorShareOf, judge, readyMsMax, restBytesMax, type Verdict } from './judge.ts';
import type { Summary } from './measure.ts';
import type { Result } from './run.ts';

export interface ServerFacts {
  readonly name: string;
  readonly readyMs: number;
  readonly restBytes: number | undefined;
  /** After all cases. */
  readonly endBytes: number | undefined;
}

export interface Report {
  readonly date: string | undefined;
  readonly command: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly node: string;
    readonly platform: string;
  };
  /** Of the last minute before the run: above 0, somebody else was at work. */
  readonly loadBefore: number;
  readonly workers: number;
  readonly listedKeys: number;
  /** 4 KiB append and fdatasync, one after the other. */
  readonly diskSyncsPerSecond: number;
  readonly diskP99Ms: number;
  readonly servers: readonly ServerFacts[];
  readonly results: readonly Result[];
  /** What was not measured, and why. */
  readonly leftOut: readonly string[];
}

/** A table cell: its text, and whether it is good or bad news. */
interface Cell {
  readonly text: string;
  readonly tone?: 'good' | 'bad';
}

const columns = [
  'case',
  'conns',
  'ops/s',
  'MB/s',
  'p50 ms',
  'p99 ms',
  'CPU ms/op',
  'bar',
  'floor ops/s',
  'floor CPU',
  'of floor',
  'bar',
  's3rver ops/s',
  's3rver CPU',
  '× s3rver',
  '',
] as const;

export function machineOf(): Report['machine'] {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Every bar that was measured. */
export function verdictsOf(report: Report): readonly Verdict[] {
  const verdicts = report.results.flatMap((result) => {
    const one = cases.find(({ id }) => id === result.id);
    return one === undefined ? [] : judge(one, result);
  });
  const causeway = report.servers.find(({ name }) => name === 'causeway');
  if (causeway === undefined) return verdicts;
  const start = [atMost('ready, ms', readyMsMax, causeway.readyMs)];
  if (causeway.restBytes !== undefined && report.workers === 2) {
    start.push(atMost('resident at rest, bytes', restBytesMax, causeway.restBytes));
  }
  return [...start, ...verdicts];
}

export function formatText(report: Report, colour: boolean): string {
  const rows = report.results.map(rowOf);
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, tone }, index) => {
        const width = widths[index] ?? 0;
        const padded = index === 0 ? text.padEnd(width) : text.padStart(width);
        return colour && tone !== undefined ? paint(padded, tone) : padded;
      })
      .join('  ')
      .trimEnd();
  const table = [columns.map((text) => ({ text })), ...rows].map(line);
  return `${[...headLines(report), '', ...table, '', ...footLines(report)].join('\n')}\n`;
}

export function formatMarkdown(report: Report): string {
  const table = [
    markdownRow(columns),
    markdownRow(columns.map((_unused, index) => (index === 0 ? '---' : '---:'))),
    ...report.results.map((result) => markdownRow(rowOf(result).map(({ text }) => text))),
  ];
  const lists = [headLines(report), footLines(report)].map((lines) =>
    lines.map((text) => `- ${text}`),
  );
  return `${[...(lists[0] ?? []), '', ...table, '', ...(lists[1] ?? [])].join('\n')}\n`;
}

function markdownRow(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function headLines(report: Report): readonly string[] {
  const { machine } = report;
  const gibibytes = (machine.memoryBytes / 1024 ** 3).toFixed(0);
  const servers = report.servers.map(({ name, readyMs, restBytes, endBytes }) =>
    [
      `${name}: ready in ${readyMs.toFixed(0)} ms`,
      ...(restBytes === undefined ? [] : [`${mebibytes(restBytes)} MiB resident at rest`]),
      ...(endBytes === undefined ? [] : [`${mebibytes(endBytes)} MiB after the load`]),
    ].join(', '),
  );
  return [
    ...(report.date === undefined ? [] : [report.date]),
    `\`${report.command}\``,
    `${machine.cpu}, ${machine.cores} cores, ${gibibytes} GiB, ${machine.platform}, Node ${machine.node}; ${report.workers} workers; client and servers share the cores`,
    `load of others in the minute before: ${report.loadBefore.toFixed(1)}`,
    ...servers,
    `disk: ${report.diskSyncsPerSecond.toFixed(0)} × 4 KiB append + fdatasync per second, one after the other, p99 ${number(report.diskP99Ms)} ms`,
    `listed bucket: ${report.listedKeys} keys`,
  ];
}

function footLines(report: Report): readonly string[] {
  const verdicts = verdictsOf(report);
  const missed = verdicts.filter(({ ok }) => !ok);
  const failures = report.results.flatMap((result) =>
    Object.entries(result.contenders)
      .filter(([, { failures }]) => failures > 0)
      .map(
        ([name, { failures, firstFailure }]) =>
          `${failures} failures of ${name} in ${result.id}: ${firstFailure}`,
      ),
  );
  const reduced = report.results.flatMap((result) =>
    Object.entries(result.contenders)
      .filter(([, { connections }]) => connections < result.concurrency)
      .map(
        ([name, { connections }]) =>
          `${name} is too slow for ${result.concurrency} connections in ${result.id} and took part with ${connections}`,
      ),
  );
  return [
    'The floor of PUT 4 KiB is the metadata engine’s own durable commits, of PUT 64 MiB one core’s MD5, of the rest a bare node:http server with as many workers that answers a constant; s3rver runs in one process and syncs nothing to the disk.',
    ...report.leftOut,
    ...reduced,
    ...failures,
    ...missed.map(
      ({ bar, limit, measured }) => `MISSED ${bar}: ${number(measured)}, bar ${number(limit)}`,
    ),
    `${verdicts.length - missed.length} of ${verdicts.length} bars held`,
  ];
}

function rowOf(result: Result): readonly Cell[] {
  const { causeway, s3rver, floor } = result.contenders;
  const one = cases.find(({ id }) => id === result.id);
  const verdicts = one === undefined ? [] : judge(one, result);
  const bars = verdicts.length === 0 ? undefined : one?.bars;
  const share = floorShareOf(result);
  const ok = verdicts.every((verdict) => verdict.ok);
  const own = (of: (summary: Summary) => number): Cell => figure(causeway && of(causeway));
  const ratio =
    causeway === undefined || s3rver === undefined
      ? undefined
      : causeway.operationsPerSecond / s3rver.operationsPerSecond;
  return [
    { text: result.title },
    { text: String(result.concurrency) },
    own((summary) => summary.operationsPerSecond),
    own((summary) => summary.bytesPerSecond / 1e6),
    own((summary) => summary.p50Ms),
    own((summary) => summary.p99Ms),
    own((summary) => summary.cpuMsPerOperation),
    bars === undefined ? { text: '' } : { text: `≤ ${bars.cpuMsMax}` },
    figure(floor?.operationsPerSecond),
    figure(floor?.cpuMsPerOperation),
    share === undefined ? { text: '' } : { text: `${(share * 100).toFixed(0)} %` },
    { text: bars?.floorShareMin === undefined ? '' : `≥ ${bars.floorShareMin * 100} %` },
    figure(s3rver?.operationsPerSecond),
    figure(s3rver?.cpuMsPerOperation),
    ratio === undefined ? { text: '' } : { text: `${number(ratio)} ×` },
    verdicts.length === 0
      ? { text: '' }
      : ok
        ? { text: 'ok', tone: 'good' }
        : { text: 'MISSED', tone: 'bad' },
  ];
}

function figure(value: number | undefined): Cell {
  return { text: value === undefined || Number.isNaN(value) ? '' : number(value) };
}

/** Three significant digits, and never an exponent. */
function number(value: number): string {
  const digits = value === 0 ? 0 : 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(4, Math.max(0, digits)));
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}

function paint(text: string, tone: 'good' | 'bad'): string {
  return `\u001B[${tone === 'good' ? 32 : 31}m${text}\u001B[0m`;
}
