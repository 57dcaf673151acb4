import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readConfig, settings, type Config } from '@causeway/server/config';
import { runServer, type RunningServer } from '@causeway/server/run';
import { columns, type Command } from '../command.ts';
import { paint, UsageError, type Terminal } from '../terminal.ts';

/** `causeway serve`: the server, until a signal ends it. */
export const serve: Command = {
  help,
  run: async (args, terminal) => {
    const { values, json } = parseFlags(args);
    const { config: file, ...flags } = values;
    const config = readConfig({
      flags: Object.fromEntries(Object.entries(flags).map(([name, text]) => [`--${name}`, text])),
      environment: terminal.environment,
      ...(file === undefined ? {} : { file: { name: file, content: await readJson(file) } }),
      terminal: process.stderr.isTTY,
    });
    // Asked for before the start, so that a signal during it is not lost.
    const stopped = terminal.stopped();
    const server = await runServer(config).catch((error: unknown) => {
      throw explainStart(error, config);
    });
    terminal.out(json ? ready(server) : banner(server, config, terminal));
    try {
      await Promise.race([stopped, server.failed]);
    } finally {
      await server.close();
    }
    return 0;
  },
};

function parseFlags(args: readonly string[]): {
  readonly values: Readonly<Record<string, string>>;
  readonly json: boolean;
} {
  const names = Object.values(settings).flatMap(({ flag }) => flag?.slice(2) ?? []);
  const texts = Object.fromEntries(
    [...names, 'config'].map((name) => [name, { type: 'string' }] as const),
  );
  const { values } = parseArgs({
    args: [...args],
    options: { ...texts, json: { type: 'boolean' } },
    strict: true,
  });
  const { json = false, ...rest } = values;
  const given = Object.entries(rest).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return { values: Object.fromEntries(given), json };
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`--config ${file}: it cannot be read`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new UsageError(`--config ${file}: it is not JSON (${why})`, { cause: error });
  }
}

function explainStart(error: unknown, config: Config): unknown {
  if (!(error instanceof Error)) return error;
  const { host, port } = config.listen;
  if (/EADDRINUSE/u.test(error.message)) {
    return new UsageError(
      `port ${port} on ${host} is taken; stop what uses it, or choose one: --listen ${host}:${port + 1}`,
    );
  }
  if (/EACCES/u.test(error.message)) {
    return new UsageError(
      `not allowed: ${error.message}. Choose a port over 1023, or other --data`,
    );
  }
  return error;
}

/** One line for scripts: where it listens. */
function ready(server: RunningServer): string {
  const { url, accessKeyId } = server;
  return `${JSON.stringify({ url, accessKeyId })}\n`;
}

function banner(server: RunningServer, config: Config, terminal: Terminal): string {
  const bold = (text: string): string => paint(terminal, 'bold', text);
  const dim = (text: string): string => paint(terminal, 'dim', text);
  const memory = config.data === 'memory:';
  const kept = memory ? 'kept nowhere' : `kept in ${config.data}/root-credentials.json`;
  const secret = server.credentialsMade ? server.secretAccessKey : 'YOUR_SECRET_KEY';
  const lines = [
    `${bold('Causeway')} serves S3 at ${paint(terminal, 'cyan', server.url)}`,
    '',
    `  Data        ${memory ? 'memory, gone with this process' : config.data}`,
    `  Workers     ${config.workers}`,
    `  Access key  ${server.accessKeyId}`,
    server.credentialsMade
      ? `  Secret key  ${bold(secret)}  ${dim(`shown this once, ${kept}`)}`
      : `  Secret key  ${dim('as configured, or in root-credentials.json')}`,
    '',
    dim('  aws-cli'),
    `    export AWS_ENDPOINT_URL=${server.url} AWS_REGION=${config.region}`,
    `    export AWS_ACCESS_KEY_ID=${server.accessKeyId} AWS_SECRET_ACCESS_KEY=${secret}`,
    '    aws s3 mb s3://photos && aws s3 cp README.md s3://photos/',
    dim('  AWS SDK for JavaScript, with the same variables'),
    "    import { S3Client, ListBucketsCommand } from '@aws-sdk/client-s3';",
    '    const s3 = new S3Client({ forcePathStyle: true });',
    '    console.log(await s3.send(new ListBucketsCommand()));',
    '',
    dim('  Ctrl-C ends it; requests under way are finished first.'),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function help(): string {
  const all = Object.values(settings);
  const flags = all.flatMap(({ flag, placeholder, help: text, default: value }) =>
    flag === undefined ? [] : [[`${flag} ${placeholder}`, `${text} (${value})`] as const],
  );
  const variables = all.map(
    ({ variables: names, help: text }) => [names.join(', '), text] as const,
  );
  return `causeway serve: serve S3 from a directory

Usage
  causeway serve [--listen HOST:PORT] [--data DIR | memory:] [--workers N]

Flags
${columns([...flags, ['--config FILE', 'settings from a JSON file: {"listen": ":9000", …}'], ['--json', 'print one line of JSON when ready']])}

Variables (a flag wins over a variable, a variable over the file)
${columns(variables)}

Examples
  causeway serve
  causeway serve --listen :9000 --data /var/lib/causeway --workers 4
  CAUSEWAY_ROOT_USER=admin CAUSEWAY_ROOT_PASSWORD=change-me causeway serve --data memory:
`;
}
