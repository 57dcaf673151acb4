import type { machineOf } from '../report.ts';
import { barsOf, limitNsOf } from './bars.ts';
import { names } from './contenders.ts';
import type { Result } from './measure.ts';

export interface CorsReport {
  readonly command: string;
  readonly date: string | undefined;
  readonly machine: ReturnType<typeof machineOf>;
  readonly rounds: number;
  readonly results: readonly Result[];
}

const columns = ['ns per request, median', 'origins', 'bar', ...names, 'cors ÷ decide', 'decide'];

/** For a terminal: columns that stand below each other. */
export function formatText(report: CorsReport): string {
  const rows = rowsOf(report);
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
  return [...lines, '', ...barLines(report), '', ...footLines(report), ''].join('\n');
}

export function formatMarkdown(report: CorsReport): string {
  const [head, ...rows] = rowsOf(report).map((row) => `| ${row.join(' | ')} |`);
  const rule = `| ${columns.map((_, at) => (at === 0 ? '---' : '---:')).join(' | ')} |`;
  const lists = [...barLines(report), ...footLines(report)].map((line) => `- ${line}`);
  return [head, rule, ...rows, '', ...lists, ''].join('\n');
}

function rowsOf({ results }: CorsReport): readonly (readonly string[])[] {
  const rows = results.map((result) => {
    const { medianNs } = result;
    const limit = limitNsOf(result);
    return [
      result.id,
      String(result.origins),
      `< ${limit}`,
      ...names.map((name) => medianNs[name].toFixed(0)),
      `${(medianNs.cors / medianNs.decide).toFixed(1)} ×`,
      medianNs.decide < limit ? 'held' : 'MISSED',
    ];
  });
  return [columns, ...rows];
}

function barLines({ results }: CorsReport): readonly string[] {
  return barsOf(results).map(
    ({ text, measured, held }) => `${held ? 'held' : 'MISSED'}: ${text}; measured ${measured}`,
  );
}

function footLines({ command, date, machine, rounds }: CorsReport): readonly string[] {
  const gib = Math.round(machine.memoryBytes / 1024 ** 3);
  return [
    [command, ...(date === undefined ? [] : [date]), `medians of ${rounds} rounds`].join(', '),
    `${machine.cpu}, ${machine.cores} cores, ${gib} GiB, ${machine.platform}, Node ${machine.node}`,
  ];
}
