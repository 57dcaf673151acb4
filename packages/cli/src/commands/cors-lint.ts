import { readFile, rename, writeFile } from 'node:fs/promises';
import { correct, lint, type Edit, type Finding, type LintSubject } from '@causeway/cors/lint';
import { paint, UsageError, type Terminal } from '../terminal.ts';

/** How a file of rules or of a policy is looked at. */
export interface LintCall {
  readonly file: string;
  /** Write the corrections into the file. */
  readonly fix: boolean;
  readonly json: boolean;
}

/**
 * `causeway cors lint FILE`.
 *
 * @returns the exit code: 1 when something is left to mend
 */
export async function lintFile(call: LintCall, terminal: Terminal): Promise<number> {
  const { file, fix, json } = call;
  const subject = parse(file, await readFile(file, 'utf8'));
  const options = { isPublicSuffix: await publicSuffixes() };
  const found = lint(subject, options);
  const outcome = fix ? correct(subject, options) : undefined;
  if (outcome !== undefined && outcome.corrected.length > 0) await replace(file, outcome.subject);
  const left = outcome?.left ?? found;
  if (json) {
    terminal.out(`${JSON.stringify({ findings: left, corrected: outcome?.corrected ?? [] })}\n`);
  } else {
    const done = outcome?.corrected.length ?? 0;
    if (done > 0) terminal.out(`${paint(terminal, 'green', '✓')} ${file}: corrected ${done}\n`);
    terminal.out(left.length === 0 ? '' : describeFindings(left, terminal));
    terminal.out(`${verdict(file, left, terminal)}\n`);
  }
  return left.length === 0 ? 0 : 1;
}

/** Findings as a person reads them: the place and what stands there, why, what to write. */
export function describeFindings(findings: readonly Finding[], terminal: Terminal): string {
  const lines = findings.flatMap(({ severity, path, value, message, fix }) => {
    const style = severity === 'error' ? 'red' : 'yellow';
    const place = path === '' ? '' : `${paint(terminal, 'bold', path)} `;
    return [
      `${paint(terminal, style, severity.padEnd(7))} ${place}${paint(terminal, 'dim', shown(value))}`,
      `        ${message}`,
      ...fix.map((edit) => `        ${paint(terminal, 'green', '→')} ${describeEdit(edit)}`),
      '',
    ];
  });
  return `${lines.join('\n')}\n`;
}

function describeEdit(edit: Edit): string {
  if (edit.op === 'remove') return `remove ${edit.path}`;
  if (edit.op === 'append') return `add ${shown(edit.value)} to ${edit.path}`;
  return `${edit.path}: ${shown(edit.value)}`;
}

function verdict(file: string, left: readonly Finding[], terminal: Terminal): string {
  if (left.length === 0) return `${paint(terminal, 'green', '✓')} ${file}: nothing to mend`;
  const mendable = left.filter(({ fix }) => fix.length > 0).length;
  const hint = mendable === 0 ? '' : `; --fix corrects ${mendable}`;
  return `${paint(terminal, 'red', '✗')} ${file}: ${left.length} to mend${hint}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function parse(file: string, text: string): LintSubject {
  try {
    // Whatever the file holds, lint says what is wrong with it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return JSON.parse(text) as LintSubject;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} is no JSON: ${why}`);
  }
}

/** As a whole or not at all. */
async function replace(file: string, subject: LintSubject): Promise<void> {
  const next = `${file}.${process.pid}.tmp`;
  await writeFile(next, `${JSON.stringify(subject, undefined, 2)}\n`);
  await rename(next, file);
}

/** Mozilla's list with its private part, to which github.io belongs. */
async function publicSuffixes(): Promise<(host: string) => boolean> {
  const { getPublicSuffix } = await import('tldts');
  return (host) => getPublicSuffix(host, { allowPrivateDomains: true }) === host;
}
