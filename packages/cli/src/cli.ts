import { readFile } from 'node:fs/promises';
import { ConfigError } from '@causeway/server/config';
import { columns, type Command } from './command.ts';
import { cors } from './commands/cors.ts';
import { serve } from './commands/serve.ts';
import { paint, UsageError, type Terminal } from './terminal.ts';

const commands: readonly Command[] = [serve, cors];

/**
 * Runs one call of `causeway`.
 *
 * @param args what stands behind the program's name
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly
 */
export async function cli(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((command) => command.name === rest[0]);
    terminal.out(asked === undefined ? overview(terminal) : asked.help());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${await version()}\n`);
    return 0;
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined) {
    terminal.err(`causeway: no command is called ${JSON.stringify(name)}\n\n${overview(terminal)}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help());
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    return fail(error, command, terminal);
  }
}

function fail(error: unknown, command: Command, terminal: Terminal): number {
  const say = (text: string): void => {
    terminal.err(`${paint(terminal, 'red', `causeway ${command.name}:`)} ${text}\n`);
  };
  if (!(error instanceof Error)) {
    say(String(error));
    return 1;
  }
  const wrongCall = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (error instanceof UsageError || error instanceof ConfigError || wrongCall) {
    say(`${error.message}\nSee causeway ${command.name} --help`);
    return 2;
  }
  const status = '$metadata' in error ? ` (${error.name})` : '';
  say(`${error.message || error.name}${status}`);
  return 1;
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

function overview(terminal: Terminal): string {
  return `${paint(terminal, 'bold', 'causeway')}: an S3 server made for applications that run in a browser

Usage
  causeway COMMAND [flags]

Commands
${columns(commands.map(({ name, summary }) => [name, summary]))}

  causeway COMMAND --help   says more
  causeway --version
`;
}
