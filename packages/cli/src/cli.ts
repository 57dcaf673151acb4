import { readFile } from 'node:fs/promises';
import { ConfigError } from '@causeway/server/config';
import { columns, type Command } from './command.ts';
import { paint, UsageError, type Terminal } from './terminal.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  /** A command is loaded when it is called: a server's supervisor needs nothing of the others. */
  readonly load: () => Promise<Command>;
}

const commands: readonly Entry[] = [
  {
    name: 'serve',
    summary: 'serve S3 from a directory',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'cors',
    summary: "show, set, delete or check a bucket's CORS rules, on any S3",
    load: async () => (await import('./commands/cors.ts')).cors,
  },
];

/**
 * Runs one call of `causeway`.
 *
 * @param args what stands behind the program's name
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly
 */
export async function cli(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const asksHelp = name === undefined || ['--help', '-h', 'help'].includes(name);
  const wanted = asksHelp ? rest[0] : name;
  const entry = commands.find((known) => known.name === wanted);
  if (asksHelp && entry === undefined) {
    terminal.out(overview(terminal));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${await version()}\n`);
    return 0;
  }
  if (entry === undefined) {
    terminal.err(`causeway: no command is called ${JSON.stringify(name)}\n\n${overview(terminal)}`);
    return 2;
  }
  const command = await entry.load();
  if (asksHelp || rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help());
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    return fail(error, entry.name, terminal);
  }
}

function fail(error: unknown, name: string, terminal: Terminal): number {
  const say = (text: string): void => {
    terminal.err(`${paint(terminal, 'red', `causeway ${name}:`)} ${text}\n`);
  };
  if (!(error instanceof Error)) {
    say(String(error));
    return 1;
  }
  const wrongCall = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (error instanceof UsageError || error instanceof ConfigError || wrongCall) {
    say(`${error.message}\nSee causeway ${name} --help`);
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
