import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { testMetadataEngine } from './contract.ts';
import { openMemoryMetadata } from './memory.ts';

testMetadataEngine('memory', async () => ({ engine: openMemoryMetadata() }));

test('100,000 keys in an unfortunate order stay sorted and near', async () => {
  const engine = openMemoryMetadata();
  const count = 100_000;
  // 7,919 is prime and does not divide the count, so every number comes up once.
  const puts = Array.from({ length: count }, (_, index) => ({
    key: Buffer.from(String((index * 7919) % count).padStart(6, '0')),
    value: Buffer.from('v'),
  }));
  await engine.commit({ puts });
  const range = { from: Buffer.from('0'), until: Buffer.from('a') };
  const entries = await engine.scan({ ...range, limit: count });
  expect(entries.map(({ key }) => Number(Buffer.from(key)))).toEqual(
    Array.from({ length: count }, (_, index) => index),
  );
  await engine.commit({ deletes: puts.slice(0, count - 3).map(({ key }) => key) });
  expect(await engine.scan({ ...range, limit: count })).toHaveLength(3);
});
