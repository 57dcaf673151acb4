import { expect, test } from 'vitest';
import { ConfigError, readConfig, type ConfigSources } from './config.ts';

const sources = (part: Partial<ConfigSources> = {}): ConfigSources => ({
  flags: {},
  environment: {},
  terminal: false,
  ...part,
});

test('nothing configured serves on loopback from ./causeway-data', () => {
  const config = readConfig(sources());
  expect(config.listen).toEqual({ host: '127.0.0.1', port: 9000 });
  expect(config.data).toBe('./causeway-data');
  expect(config.workers).toBeGreaterThanOrEqual(1);
  expect(config).not.toHaveProperty('rootUser');
});

test('a flag wins over a variable, a variable over the file, the file over the default', () => {
  const file = { name: 'causeway.json', content: { region: 'file-1', listen: ':1', workers: 3 } };
  const environment = { CAUSEWAY_REGION: 'variable-1', CAUSEWAY_LISTEN: ':2' };
  const config = readConfig(sources({ file, environment, flags: { '--listen': '[::1]:3' } }));
  expect(config.listen).toEqual({ host: '::1', port: 3 });
  expect(config.region).toBe('variable-1');
  expect(config.workers).toBe(3);
});

test("MinIO's variables set the root keys, Causeway's own win", () => {
  const minio = { MINIO_ROOT_USER: 'minio', MINIO_ROOT_PASSWORD: 'minio-secret' };
  expect(readConfig(sources({ environment: minio }))).toMatchObject({
    rootUser: 'minio',
    rootPassword: 'minio-secret',
  });
  const both = { ...minio, CAUSEWAY_ROOT_USER: 'own' };
  expect(readConfig(sources({ environment: both })).rootUser).toBe('own');
});

test('every problem is reported at once, each with the place where it was written', () => {
  const broken = sources({
    flags: { '--workers': '0', '--log': 'loud' },
    environment: { CAUSEWAY_LISTEN: '127.0.0.1', CAUSEWAY_ROOT_PASSWORD: 'short' },
    file: { name: 'causeway.json', content: { regoin: 'x', data: ['a'] } },
  });
  const problems = (() => {
    try {
      readConfig(broken);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  })();
  expect(problems).toEqual([
    'causeway.json: no setting is called "regoin"',
    'causeway.json: data must be a string or a number',
    '--workers "0": expected 1 to 256',
    'CAUSEWAY_ROOT_PASSWORD: expected 8 to 128 printable characters',
    'CAUSEWAY_LISTEN "127.0.0.1": expected HOST:PORT, such as 127.0.0.1:9000, :9000 or [::1]:9000',
    '--log "loud": expected json, pretty, off',
  ]);
});

test('one root key without the other, and memory for several processes, are refused', () => {
  expect(() => readConfig(sources({ environment: { CAUSEWAY_ROOT_USER: 'user' } }))).toThrow(
    /set both or neither/u,
  );
  expect(() => readConfig(sources({ flags: { '--data': 'memory:', '--workers': '2' } }))).toThrow(
    /cannot be shared/u,
  );
});
