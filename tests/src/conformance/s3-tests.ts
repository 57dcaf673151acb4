import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCauseway, temporaryFolder } from '../causeway.ts';
import { seedFile, suiteConfiguration } from './accounts.ts';
import { report, withSection, type Marks } from './report.ts';
import { readMarks, readResults } from './results.ts';

const help = `Runs ceph/s3-tests against a Causeway of its own.

Usage
  npm run conformance:s3-tests -- --suite DIR [--python FILE] [--only EXPRESSION] [--report FILE] [--json] [-- …]

  --suite DIR        a clone of github.com/ceph/s3-tests
  --python FILE      a Python with the suite's requirements; python3 unless told:
                     python3 -m venv VENV && VENV/bin/pip install -r DIR/requirements.txt
  --only EXPRESSION  of the selected tests only those, as pytest's -k has it
  --report FILE      write its section of this Markdown document, docs/conformance.md for one
  --json             print the results as JSON, not as Markdown
  -- …               what follows goes to pytest: -n 2 runs two at a time (VENV/bin/pip install pytest-xdist)
`;

/** The suite without what needs RGW's own extensions, hours, or a key server. */
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

const { values, positionals } = parseArgs({
  options: {
    suite: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    report: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
if (values.help || values.suite === undefined) {
  process.stdout.write(help);
  process.exitCode = values.help ? 0 : 2;
} else {
  await main({ ...values, suite: values.suite, passedOn: positionals });
}

interface Call {
  readonly suite: string;
  readonly python: string;
  readonly only?: string | undefined;
  readonly report?: string | undefined;
  readonly json: boolean;
  readonly passedOn: readonly string[];
}

async function main(call: Call): Promise<void> {
  const folder = await temporaryFolder();
  const accounts = path.join(folder.path, 'accounts.json');
  await writeFile(accounts, seedFile(), { mode: 0o600 });
  const server = await startCauseway({
    data: path.join(folder.path, 'data'),
    workers: 2,
    args: [`--accounts=${accounts}`, '--log=json', '--sigv2=on'],
  });
  try {
    const { hostname } = new URL(server.url);
    const configuration = path.join(folder.path, 's3tests.conf');
    await writeFile(configuration, suiteConfiguration(hostname, server.port));
    const xml = path.join(folder.path, 'results.xml');
    await pytest(call, { configuration, xml });
    const results = readResults(await readFile(xml, 'utf8'));
    const text = report(results, {
      date: new Date().toISOString().slice(0, 10),
      marks: await marksOf(call.suite),
      broken: brokenAnswers(server.output()),
    });
    process.stdout.write(call.json ? `${JSON.stringify(results)}\n` : text);
    if (call.report !== undefined) {
      const document = await readFile(call.report, 'utf8').catch(() => '');
      await writeFile(call.report, withSection(document, text));
    }
  } finally {
    await server.stop();
    await folder.remove();
  }
}

async function marksOf(suite: string): Promise<Marks> {
  const sources = await Promise.all(files.map((file) => readFile(path.join(suite, file), 'utf8')));
  return new Map(sources.flatMap((source) => [...readMarks(source)]));
}

/** A 501 names what is not served yet; every other answer of 500 and more is a bug. */
function brokenAnswers(output: string): readonly string[] {
  return output.split('\n').filter((line) => /"status":5(?!01)/.test(line));
}

async function pytest(
  { python, suite, only, passedOn }: Call,
  { configuration, xml }: { readonly configuration: string; readonly xml: string },
): Promise<void> {
  const keyword = only === undefined ? 'not kms' : `not kms and (${only})`;
  const chosen = ['-m', marks, '-k', keyword, `--junitxml=${xml}`, '-q', '--tb=line'];
  const child = spawn(python, ['-m', 'pytest', ...files, ...chosen, ...passedOn], {
    cwd: suite,
    env: { ...process.env, S3TEST_CONF: configuration },
    // What is told on the way leaves standard output to the report.
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  const [code] = await once(child, 'close');
  // 1: tests failed; anything else: they did not run.
  if (code !== 0 && code !== 1) throw new Error(`pytest ended with ${String(code)}`);
}
