import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testMetadataEngine } from './contract.ts';
import { openPostgres } from './postgres.ts';
import { startPostgres, type TestPostgres } from './postgres-for-tests.ts';

let postgres: TestPostgres;
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => postgres?.close());

async function emptyDatabase(): Promise<string> {
  databases += 1;
  return postgres.database(`test_${databases}`);
}

testMetadataEngine('postgres', async () => {
  const url = await emptyDatabase();
  return { engine: await openPostgres(url), reopen: async () => openPostgres(url) };
});

const key = Buffer.from('a');
const value = Buffer.from('1');

test('two servers over one database see each other at once, and one of two wins', async () => {
  const url = await emptyDatabase();
  const [one, other] = await Promise.all([openPostgres(url), openPostgres(url)]);
  await one.commit({ puts: [{ key, value }] });
  expect(Buffer.from((await other.get(key)) ?? [])).toEqual(value);
  for (let round = 0; round < 20; round += 1) {
    const raced = Buffer.from(`raced-${round}`);
    const attempts = [one, other, one, other].map((engine, index) =>
      engine.commit({
        checks: [{ key: raced, value: undefined }],
        puts: [{ key: raced, value: Buffer.from([index]) }],
      }),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  }
  await Promise.all([one.close(), other.close()]);
});

test('a connection that is lost is unavailable, and heals by itself', async () => {
  const engine = await openPostgres(await emptyDatabase());
  await engine.commit({ puts: [{ key, value }] });
  await postgres.restart();
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => engine.get(key)));
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [Object(outcome.reason).kind] : [],
  );
  expect(failures.filter((kind) => kind !== 'unavailable')).toEqual([]);
  expect(Buffer.from((await engine.get(key)) ?? [])).toEqual(value);
  expect(await engine.commit({ puts: [{ key, value }] })).toEqual({ ok: true });
  await engine.close();
}, 30_000);

test('a database that is not there is unavailable, and says no password', async () => {
  const url = 'postgres://somebody:hunter2@127.0.0.1:1/nothing';
  const error: unknown = await openPostgres(url).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'EngineError', kind: 'unavailable' });
  expect(String(error) + JSON.stringify(error)).not.toContain('hunter2');
});
