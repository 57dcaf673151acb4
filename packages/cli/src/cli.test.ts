import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '@causeway/server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cli } from './cli.ts';
import type { Terminal } from './terminal.ts';

let out = '';
let err = '';
let environment: Record<string, string> = {};
let directory: string;
let s3: RunningServer;

const terminal: Terminal = {
  out: (text) => void (out += text),
  err: (text) => void (err += text),
  get environment() {
    return environment;
  },
  colour: false,
  stopped: () => new Promise(() => undefined),
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-cli-'));
  s3 = await startServer({ data: 'memory:' });
  // The SDK reads its keys from the process, as the aws-cli does.
  process.env['AWS_ACCESS_KEY_ID'] = s3.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = s3.secretAccessKey;
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ endpoint: s3.url, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
});

afterAll(async () => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  await s3.close();
  await rm(directory, { recursive: true });
});

beforeEach(() => {
  out = '';
  err = '';
  environment = { AWS_ENDPOINT_URL: s3.url };
});

const run = (...args: string[]): Promise<number> => cli(args, terminal);

test('help says what there is, for the program and for each command', async () => {
  expect(await run()).toBe(0);
  expect(out).toContain('serve S3 from a directory');
  expect(await run('help', 'cors')).toBe(0);
  expect(await run('serve', '--help')).toBe(0);
  expect(out).toContain('browser-upload');
  expect(out).toContain('CAUSEWAY_ROOT_USER, MINIO_ROOT_USER');
});

test.each([
  { args: ['sevre'], says: 'no command is called "sevre"' },
  { args: ['serve', '--wrokers', '2'], says: "Unknown option '--wrokers'" },
  { args: ['serve', '--workers', 'many'], says: '--workers "many": expected 1 to 256' },
  { args: ['serve', '--config', '/nowhere.json'], says: 'it cannot be read' },
  { args: ['cors', 'put', 'photos'], says: '--preset NAME or --file FILE' },
  { args: ['cors', 'put', 'photos', '--preset', 'all'], says: 'expected public-read' },
  { args: ['cors', 'put', 'photos', '--preset', 'fonts'], says: '--origin' },
  { args: ['cors', 'pot', 'photos'], says: 'expected get, put, delete or lint' },
  { args: ['cors', 'get'], says: 'name one BUCKET' },
])('$args is called wrongly: exit code 2 and what to do', async ({ args, says }) => {
  expect(await run(...args)).toBe(2);
  expect(err).toContain(says);
});

test.each(['https://app.example/', 'https://App.example', 'app.example', 'https://a.test:443'])(
  'an origin that no browser sends is refused: %s',
  async (origin) => {
    expect(await run('cors', 'put', 'photos', '--preset', 'fonts', '--origin', origin)).toBe(2);
    expect(err).toContain(origin);
  },
);

test('rules are put from a preset, shown, taken as JSON, put from a file, and deleted', async () => {
  expect(await run('cors', 'get', 'photos')).toBe(1);
  expect(out).toContain('has no CORS rules');
  out = '';
  const preset = ['--preset', 'browser-upload', '--origin', 'https://app.example'];
  expect(await run('cors', 'put', 'photos', ...preset)).toBe(0);
  expect(out).toContain('GET, HEAD, PUT, POST, DELETE');
  out = '';
  expect(await run('cors', 'get', 'photos', '--json')).toBe(0);
  const rules: unknown = JSON.parse(out);
  expect(rules).toMatchObject({
    CORSRules: [{ AllowedOrigins: ['https://app.example'], AllowedHeaders: ['*'] }],
  });
  const file = join(directory, 'rules.json');
  await writeFile(file, JSON.stringify(rules));
  expect(await run('cors', 'put', 'photos', '--file', file)).toBe(0);
  expect(await run('cors', 'delete', 'photos')).toBe(0);
  expect(await run('cors', 'get', 'photos')).toBe(1);
});

test('a failure of the server is told without a stack', async () => {
  expect(await run('cors', 'get', 'absent')).toBe(1);
  expect(err).toBe('causeway cors: The specified bucket does not exist (NoSuchBucket)\n');
});

test('rules that S3 would refuse are refused before they are sent', async () => {
  const file = join(directory, 'bad.json');
  await writeFile(file, '[{"AllowedOrigins": ["*"], "AllowedMethods": ["PATCH"]}]');
  expect(await run('cors', 'put', 'photos', '--file', file)).toBe(2);
  expect(err).toContain('PATCH');
});
