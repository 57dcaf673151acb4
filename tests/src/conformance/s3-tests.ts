import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '@causeway/server/config';
import { runServer } from '@causeway/server/run';
import { seedFile, suiteConfiguration } from './accounts.ts';
import { readResults, report } from './results.ts';

const help = `Runs ceph/s3-tests against a Causeway of its own.

Usage
  npm run conformance:s3-tests -- --suite DIR [--python FILE] [--only EXPRESSION] [--report FILE] [--json]

  --suite DIR        a clone of github.com/ceph/s3-tests
  --python FILE      a Python with the suite's requirements; python3 unless told:
                     python3 -m venv VENV && VENV/bin/pip install -r DIR/requirements.txt
  --only EXPRESSION  of the selected tests only those, as pytest's -k has it
  --report FILE      write the table there, as Markdown
  --json             print the results as JSON
`;

/** The selection: without what needs RGW's own extensions, hours, or a key server. */
const marks = [
  'lifecycle_expiration',
  'lifecycle_transition',
  'cloud_transition',
  'cloud_restore',
  'bucket_logging',
  'target_by_bucket',
  'fails_without_logging_rollover',
]
  .map((mark) => `not ${mark}`)
  .join(' and ');
const files = ['s3tests/functional/test_s3.py', 's3tests/functional/test_headers.py'];

const { values } = parseArgs({
  options: {
    suite: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    report: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || values.suite === undefined) {
  process.stdout.write(help);
  process.exitCode = values.help ? 0 : 2;
} else {
  await main({ ...values, suite: values.suite });
}

interface Call {
  readonly suite: string;
  readonly python: string;
  readonly only?: string | undefined;
  readonly report?: string | undefined;
  readonly json: boolean;
}

async function main(call: Call): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-s3-tests-'));
  const accounts = join(directory, 'accounts.json');
  await writeFile(accounts, seedFile(), { mode: 0o600 });
  const server = await runServer(
    readConfig({
      flags: {
        '--listen': '127.0.0.1:0',
        '--data': join(directory, 'data'),
        '--accounts': accounts,
        '--log': 'off',
      },
      environment: {},
      terminal: false,
    }),
  );
  try {
    const configuration = join(directory, 's3tests.conf');
    await writeFile(configuration, suiteConfiguration(server.host, server.port));
    const environment = { ...process.env, S3TEST_CONF: configuration };
    const failsOnAws = await namesOf(call, environment);
    const xml = join(directory, 'results.xml');
    const keyword = call.only === undefined ? 'not kms' : `not kms and (${call.only})`;
    const chosen = ['-m', marks, '-k', keyword, `--junitxml=${xml}`, '-q', '--tb=line'];
    await pytest(call, environment, [...files, ...chosen], 'inherit');
    const results = readResults(await readFile(xml, 'utf8'));
    const text = report(results, failsOnAws);
    process.stdout.write(call.json ? `${JSON.stringify(results)}\n` : text);
    if (call.report !== undefined) await writeFile(call.report, text);
  } finally {
    await server.close();
    await rm(directory, { recursive: true });
  }
}

/** The tests that are marked to fail on AWS itself. */
async function namesOf(call: Call, environment: NodeJS.ProcessEnv): Promise<ReadonlySet<string>> {
  const chosen = ['-m', 'fails_on_aws', '--collect-only', '-q'];
  const listed = await pytest(call, environment, [...files, ...chosen], 'pipe');
  return new Set(listed.split('\n').flatMap((line) => line.split('::')[1]?.trim() ?? []));
}

async function pytest(
  { python, suite }: Call,
  environment: NodeJS.ProcessEnv,
  args: readonly string[],
  output: 'inherit' | 'pipe',
): Promise<string> {
  const child = spawn(python, ['-m', 'pytest', ...args], {
    cwd: suite,
    env: environment,
    stdio: ['ignore', output === 'pipe' ? 'pipe' : process.stderr, 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code] = await once(child, 'close');
  // 1: tests failed; anything else: they did not run.
  if (code !== 0 && code !== 1) throw new Error(`pytest ended with ${String(code)}\n${text}`);
  return text;
}
