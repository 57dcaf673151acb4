import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountsOf } from './accounts.ts';
import { rootKeys } from './root-credentials.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-keys-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('the first start makes keys that only the owner of the directory can read', async () => {
  const first = await rootKeys(directory, undefined);
  expect(first.made).toBe(true);
  expect(first.keys.accessKeyId).toMatch(/^CWAY[A-Z2-7]{16}$/u);
  expect(first.keys.secretAccessKey).toHaveLength(40);
  const { mode } = await stat(join(directory, 'root-credentials.json'));
  expect(mode & 0o777).toBe(0o600);
  expect(await rootKeys(directory, undefined)).toEqual({ keys: first.keys, made: false });
});

test('configured keys are used and not stored', async () => {
  const keys = { accessKeyId: 'admin', secretAccessKey: 'change-me' };
  expect(await rootKeys(directory, keys)).toEqual({ keys, made: false });
  await expect(readFile(join(directory, 'root-credentials.json'))).rejects.toThrow('ENOENT');
});

test('a file that is no credentials file is said to be one, not overwritten', async () => {
  const file = join(directory, 'root-credentials.json');
  await writeFile(file, '{"accessKeyId": 5}');
  await expect(rootKeys(directory, undefined)).rejects.toThrow('must hold accessKeyId');
  await writeFile(file, 'nonsense');
  await expect(rootKeys(directory, undefined)).rejects.toThrow('is not JSON');
  expect(await readFile(file, 'utf8')).toBe('nonsense');
});

test('credentials know the root key and no other', async () => {
  const keys = { accessKeyId: 'admin', secretAccessKey: 'change-me' };
  const credentials = accountsOf(keys, []);
  expect(await credentials.find('admin')).toMatchObject(keys);
  expect(await credentials.find('Admin')).toBeUndefined();
});
