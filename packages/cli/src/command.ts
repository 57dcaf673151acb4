import type { Terminal } from './terminal.ts';

/** A subcommand: what it says of itself, and what it does. */
export interface Command {
  /** The whole page of `--help`. */
  readonly help: () => string;
  /** @returns the exit code */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/** Aligned two-column lines of a help page. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
