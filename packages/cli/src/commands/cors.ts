import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { CORSRule, S3Client } from '@aws-sdk/client-s3';
import { parseOrigin } from '@causeway/cors';
import { lint } from '@causeway/cors/lint';
import { compileS3Cors } from '@causeway/cors/s3';
import { columns, type Command } from '../command.ts';
import { presets } from '../presets.ts';
import { describeRules } from '../rules-text.ts';
import { paint, UsageError, type Terminal } from '../terminal.ts';
import { describeFindings, lintFile, type LintCall } from './cors-lint.ts';

interface Call {
  readonly bucket: string;
  readonly json: boolean;
  readonly preset: string | undefined;
  readonly origins: readonly string[];
  readonly file: string | undefined;
}

/** `causeway cors get|put|delete BUCKET`, against any S3, and `lint FILE`, against none. */
export const cors: Command = {
  help,
  run: async (args, terminal) => {
    const [verb, ...rest] = args;
    if (verb === 'lint') return lintFile(parseLint(rest), terminal);
    const { call, endpoint, region } = parseCall(rest);
    if (verb === 'put') return put(await client(endpoint, region, terminal), call, terminal);
    if (verb === 'get') return get(await client(endpoint, region, terminal), call, terminal);
    if (verb === 'delete') return remove(await client(endpoint, region, terminal), call, terminal);
    throw new UsageError(`cors ${verb ?? ''}: expected get, put, delete or lint`);
  },
};

function parseLint(args: readonly string[]): LintCall {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      fix: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('cors lint: name one FILE');
  return { file, ...values };
}

function parseCall(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      endpoint: { type: 'string' },
      region: { type: 'string' },
      preset: { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
      file: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [bucket, ...more] = positionals;
  if (bucket === undefined || more.length > 0) throw new UsageError('cors: name one BUCKET');
  const { endpoint, region, preset, origin: origins, file, json } = values;
  const call: Call = { bucket, json, preset, origins, file };
  return { call, endpoint, region };
}

/** The SDK reads the usual AWS variables and files itself; it is loaded only when it is needed. */
async function client(
  endpoint: string | undefined,
  region: string | undefined,
  terminal: Terminal,
): Promise<S3Client> {
  const { S3Client: Client } = await import('@aws-sdk/client-s3');
  const { environment } = terminal;
  const custom = endpoint ?? environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'];
  const known = region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  return new Client({
    ...(custom === undefined ? {} : { endpoint: custom, forcePathStyle: true }),
    ...(known === undefined && custom === undefined ? {} : { region: known ?? 'us-east-1' }),
  });
}

async function get(s3: S3Client, { bucket, json }: Call, terminal: Terminal): Promise<number> {
  const { GetBucketCorsCommand } = await import('@aws-sdk/client-s3');
  const rules = await s3.send(new GetBucketCorsCommand({ Bucket: bucket })).then(
    ({ CORSRules }) => CORSRules ?? [],
    (error: unknown) => {
      if (error instanceof Error && error.name === 'NoSuchCORSConfiguration') return undefined;
      throw error;
    },
  );
  if (json) {
    terminal.out(`${JSON.stringify({ CORSRules: rules ?? [] }, undefined, 2)}\n`);
  } else if (rules === undefined) {
    terminal.out(
      `${bucket} has no CORS rules: pages of other origins can send it simple requests and read nothing.\n` +
        `Give it some: causeway cors put ${bucket} --preset browser-upload --origin https://app.example\n`,
    );
  } else {
    terminal.out(describeRules(rules, terminal));
  }
  return rules === undefined ? 1 : 0;
}

async function put(s3: S3Client, call: Call, terminal: Terminal): Promise<number> {
  const { PutBucketCorsCommand } = await import('@aws-sdk/client-s3');
  const rules = call.file === undefined ? presetRules(call) : await fileRules(call.file);
  const compiled = compileS3Cors(rules);
  if (!compiled.ok) {
    const problems = compiled.issues.map(({ path, message }) => `${path} ${message}`.trim());
    throw new UsageError(`these rules cannot be used:\n  ${problems.join('\n  ')}`);
  }
  // S3 takes it all the same; the rules are its owner's.
  const doubts = lint(rules);
  if (doubts.length > 0) terminal.err(describeFindings(doubts, terminal));
  await s3.send(
    new PutBucketCorsCommand({ Bucket: call.bucket, CORSConfiguration: { CORSRules: rules } }),
  );
  terminal.out(
    call.json
      ? `${JSON.stringify({ CORSRules: rules }, undefined, 2)}\n`
      : `${paint(terminal, 'green', '✓')} ${call.bucket} has these rules now:\n\n${describeRules(rules, terminal)}`,
  );
  return 0;
}

async function remove(s3: S3Client, { bucket, json }: Call, terminal: Terminal): Promise<number> {
  const { DeleteBucketCorsCommand } = await import('@aws-sdk/client-s3');
  await s3.send(new DeleteBucketCorsCommand({ Bucket: bucket }));
  terminal.out(
    json
      ? '{"CORSRules":[]}\n'
      : `${paint(terminal, 'green', '✓')} ${bucket} has no CORS rules now.\n`,
  );
  return 0;
}

function presetRules({ preset, origins }: Call): CORSRule[] {
  if (preset === undefined) throw new UsageError('cors put: give --preset NAME or --file FILE');
  const known = presets[preset];
  if (known === undefined) {
    throw new UsageError(`--preset ${preset}: expected ${Object.keys(presets).join(', ')}`);
  }
  if (origins.length === 0) {
    throw new UsageError(`--preset ${preset}: say for whom: --origin https://app.example`);
  }
  for (const origin of origins) checkOrigin(origin);
  return known.rules(origins);
}

/** S3 stores whatever it is given; a browser sends only canonical origins, so others never match. */
function checkOrigin(origin: string): void {
  if (origin.includes('*')) return;
  const parsed = parseOrigin(origin);
  if (!parsed.ok) {
    throw new UsageError(
      `--origin ${origin}: no browser sends that (${parsed.problem}). An origin is scheme://host[:port] in lower case, without a path or a slash at the end, and without a default port: https://app.example`,
    );
  }
}

async function fileRules(file: string): Promise<CORSRule[]> {
  const text = await readFile(file, 'utf8');
  const content: unknown = JSON.parse(text);
  const rules =
    typeof content === 'object' && content !== null && 'CORSRules' in content
      ? content.CORSRules
      : content;
  if (!Array.isArray(rules)) {
    throw new UsageError(
      `${file}: expected {"CORSRules": [ … ]}, as \`cors get --json\` prints it`,
    );
  }
  // The shape is checked by the compiler of rules, which names what is wrong.
  return rules;
}

function help(): string {
  return `causeway cors: a bucket's CORS rules, on any S3

Usage
  causeway cors get BUCKET [--json]
  causeway cors put BUCKET --preset NAME --origin ORIGIN [--origin ORIGIN …]
  causeway cors put BUCKET --file RULES.json
  causeway cors delete BUCKET
  causeway cors lint FILE [--fix] [--json]

Presets
${columns(Object.entries(presets).map(([name, { summary }]) => [name, summary]))}

Flags
${columns([
  ['--origin ORIGIN', 'who may: https://app.example, https://*.app.example or *; repeatable'],
  ['--file FILE', 'rules as `cors get --json` prints them'],
  ['--endpoint URL', 'the S3 to talk to (AWS_ENDPOINT_URL, else AWS)'],
  ['--region NAME', 'its region (AWS_REGION)'],
  ['--fix', 'lint: write the corrections into the file'],
  ['--json', 'print the rules, or what lint found, as JSON'],
])}

Keys come from where the aws-cli finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or
~/.aws/credentials with AWS_PROFILE.

Examples
  causeway cors put photos --preset browser-upload --origin https://app.example
  causeway cors get photos --json > rules.json
  causeway cors lint rules.json
  causeway cors put photos --file rules.json --endpoint http://127.0.0.1:9000

lint reads S3's rules or a policy of @causeway/cors and says what is wrong, unsafe or without effect,
and what to write instead. It exits with 1 while something is left.
`;
}
