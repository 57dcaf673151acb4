import { styleText } from 'node:util';

/** What a command may touch of the world; tests give it their own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard output is a terminal that wants colour. */
  readonly colour: boolean;
  /** Resolves when the person or the system asks for the end. */
  readonly stopped: () => Promise<NodeJS.Signals>;
}

/** A mistake in how the command was called: printed without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'yellow' | 'red';

/** Styles text where the terminal has colour, and leaves it alone elsewhere. */
export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.colour ? styleText(style, text) : text;
}

/** The real terminal. Colour follows NO_COLOR and FORCE_COLOR (https://no-color.org). */
export function processTerminal(): Terminal {
  const { env } = process;
  const noColor = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    environment: env,
    colour: !noColor && (process.stdout.isTTY || env['FORCE_COLOR'] !== undefined),
    stopped: () =>
      new Promise((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      }),
  };
}
