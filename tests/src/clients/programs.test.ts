import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { startOwnCauseway, temporaryFolder } from '../causeway.ts';
import { bytesOf, sdk } from '../sdk.ts';

const run = promisify(execFile);
const MiB = 1024 * 1024;

let causeway: Awaited<ReturnType<typeof startOwnCauseway>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  causeway = await startOwnCauseway();
  folder = await temporaryFolder();
  // Nothing else of this environment: rclone 1.60, for one, dies when AWS_CA_BUNDLE is set.
  environment = {
    PATH: process.env['PATH'],
    HOME: folder.path,
    AWS_ACCESS_KEY_ID: causeway.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: causeway.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: causeway.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  };
  // aws-cli 1 presigns with Signature Version 2 unless told, which AWS itself refuses in new regions.
  await mkdir(path.join(folder.path, '.aws'));
  const awsConfig = '[default]\ns3 =\n  signature_version = s3v4\n';
  await writeFile(path.join(folder.path, '.aws', 'config'), awsConfig);
  await writeFile(path.join(folder.path, 'small.txt'), 'hello, clients\n');
  await writeFile(path.join(folder.path, 'large.bin'), bytesOf(20 * MiB + 17, 99));
});
afterAll(async () => {
  await causeway?.close();
  await folder?.remove();
});

/** Leaves the test out, with the remedy, when the program is not on this machine. */
async function need(context: TestContext, remedy: string, command: string[]): Promise<void> {
  const [file = '', ...args] = command;
  const found = await run(file, args, { env: environment }).then(
    () => true,
    () => false,
  );
  if (!found) {
    context.skip(remedy);
  }
}

async function program(command: string, ...args: string[]): Promise<string> {
  const options = { env: environment, cwd: folder.path, maxBuffer: 16 * MiB };
  const { stdout } = await run(command, args, options);
  return stdout;
}

async function digest(file: string): Promise<string> {
  const bytes = await readFile(path.join(folder.path, file));
  return createHash('sha256').update(bytes).digest('hex');
}

test('aws-cli: buckets, small and multipart copies, listing, presigning, CORS, removal', async (context) => {
  await need(context, 'aws-cli (apt-get install awscli)', ['aws', '--version']);
  await program('aws', 's3', 'mb', 's3://aws-cli');
  await program('aws', 's3', 'cp', 'small.txt', 's3://aws-cli/folder/small.txt');
  await program('aws', 's3', 'cp', '--no-progress', 'large.bin', 's3://aws-cli/large.bin');
  const list = await program('aws', 's3', 'ls', '--recursive', 's3://aws-cli/');
  expect(list).toMatch(/ 15 folder\/small\.txt\n.* 20971537 large\.bin\n/);
  await program('aws', 's3', 'cp', '--no-progress', 's3://aws-cli/large.bin', 'back.bin');
  expect(await digest('back.bin')).toBe(await digest('large.bin'));
  await program('aws', 's3', 'cp', 's3://aws-cli/large.bin', 's3://aws-cli/copied.bin');

  const url = (await program('aws', 's3', 'presign', 's3://aws-cli/folder/small.txt')).trim();
  expect(await (await fetch(url)).text()).toBe('hello, clients\n');

  const configuration = { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }] };
  const cors = ['s3api', 'put-bucket-cors', '--bucket', 'aws-cli', '--cors-configuration'];
  await program('aws', ...cors, JSON.stringify(configuration));
  const told = await program('aws', 's3api', 'get-bucket-cors', '--bucket', 'aws-cli');
  expect(JSON.parse(told)).toEqual(configuration);
  await program('aws', 's3', 'rb', '--force', 's3://aws-cli');
  expect(await program('aws', 's3', 'ls')).not.toContain('aws-cli');
});

const boto = `
import boto3, io
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}))
s3.create_bucket(Bucket='boto')
s3.put_object(Bucket='boto', Key='a b/ü', Body=b'hello', Metadata={'k': 'v'})
got = s3.get_object(Bucket='boto', Key='a b/ü')
assert got['Body'].read() == b'hello' and got['Metadata'] == {'k': 'v'}, got
large = open('large.bin', 'rb').read()
small_parts = TransferConfig(multipart_threshold=8 * 1024 * 1024, multipart_chunksize=8 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(large), 'boto', 'large', Config=small_parts)
back = io.BytesIO()
s3.download_fileobj('boto', 'large', back, Config=small_parts)
assert back.getvalue() == large
pages = s3.get_paginator('list_objects_v2').paginate(Bucket='boto', PaginationConfig={'PageSize': 1})
assert [row['Key'] for page in pages for row in page['Contents']] == ['a b/ü', 'large']
try:
    s3.get_object(Bucket='boto', Key='missing')
    raise AssertionError('not refused')
except ClientError as error:
    assert error.response['Error']['Code'] == 'NoSuchKey', error.response
gone = s3.delete_objects(Bucket='boto', Delete={'Objects': [{'Key': 'a b/ü'}, {'Key': 'large'}]})
assert len(gone['Deleted']) == 2, gone
s3.delete_bucket(Bucket='boto')
print('all well')
`;

test('boto3: objects, transfers in parts, paging, errors, removal', async (context) => {
  await need(context, 'boto3 (apt-get install python3-boto3)', ['python3', '-c', 'import boto3']);
  expect(await program('python3', '-c', boto)).toBe('all well\n');
});

test('rclone: sync there and back, check, move', async (context) => {
  await need(context, 'rclone (apt-get install rclone)', ['rclone', 'version']);
  const { accessKeyId, secretAccessKey } = causeway.credentials;
  const remote = `:s3,provider=Other,access_key_id=${accessKeyId},secret_access_key=${secretAccessKey},endpoint='${causeway.url}':`;
  await program('rclone', 'mkdir', `${remote}rclone`);
  const include = ['--include', 'small.txt', '--include', 'large.bin'];
  const parts = ['--s3-upload-cutoff', '8M', '--s3-chunk-size', '8M'];
  await program('rclone', 'copy', ...include, ...parts, folder.path, `${remote}rclone/there`);
  await program('rclone', 'check', '--download', ...include, folder.path, `${remote}rclone/there`);
  await program('rclone', 'moveto', `${remote}rclone/there/small.txt`, `${remote}rclone/moved`);
  const list = await program('rclone', 'lsf', '-R', `${remote}rclone`);
  expect(list.trim().split('\n').toSorted()).toEqual(['moved', 'there/', 'there/large.bin']);
  await program('rclone', 'purge', `${remote}rclone`);
  expect(await program('rclone', 'lsf', remote)).not.toContain('rclone');
});

test('s3cmd: put, get, multipart, list, signed URL, removal', async (context) => {
  await need(context, 's3cmd (apt-get install s3cmd)', ['s3cmd', '--version']);
  const host = `127.0.0.1:${causeway.port}`;
  const { accessKeyId, secretAccessKey } = causeway.credentials;
  const s3cmd = async (...args: string[]): Promise<string> =>
    program(
      's3cmd',
      '--no-ssl',
      '--no-progress',
      `--host=${host}`,
      `--host-bucket=${host}`,
      `--access_key=${accessKeyId}`,
      `--secret_key=${secretAccessKey}`,
      ...args,
    );
  await s3cmd('mb', 's3://s3cmd');
  await s3cmd('put', 'small.txt', 's3://s3cmd/small.txt');
  await s3cmd('put', '--multipart-chunk-size-mb=8', 'large.bin', 's3://s3cmd/large.bin');
  expect(await s3cmd('ls', 's3://s3cmd')).toMatch(/20971537 +s3:\/\/s3cmd\/large\.bin/);
  await s3cmd('get', '--force', 's3://s3cmd/large.bin', 's3cmd-back.bin');
  expect(await digest('s3cmd-back.bin')).toBe(await digest('large.bin'));
  await s3cmd('cp', 's3://s3cmd/small.txt', 's3://s3cmd/copied.txt');
  await s3cmd('del', '--recursive', '--force', 's3://s3cmd');
  await s3cmd('rb', 's3://s3cmd');
  const client = sdk(causeway);
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  client.destroy();
  expect(Buckets.map(({ Name }) => Name)).not.toContain('s3cmd');
});
