import { expect, test } from 'vitest';
import { EngineError } from '../engine-error.ts';
import { CommitsUnderWay } from './commits-under-way.ts';
import type { CommitResult } from './engine.ts';

const explained = new EngineError('full', 'no room');
const explain = async (): Promise<EngineError> => explained;
const succeed = async (): Promise<CommitResult> => ({ ok: true });
const fail = async (): Promise<CommitResult> => {
  throw new Error('no');
};
const never = (): Promise<CommitResult> => new Promise(() => {});
const late = (ms: number) => (): Promise<CommitResult> =>
  new Promise((resolve) => setTimeout(() => resolve({ ok: true }), ms));

test('results and explained failures go through', async () => {
  const commits = new CommitsUnderWay(20);
  expect(await commits.run(succeed, explain)).toEqual({ ok: true });
  await expect(commits.run(fail, explain)).rejects.toBe(explained);
  expect(await commits.run(succeed, explain)).toEqual({ ok: true });
  await commits.settled();
  expect(commits.isBroken).toBe(false);
});

test('without a failure a commit may take its time', async () => {
  const commits = new CommitsUnderWay(5);
  expect(await commits.run(late(50), explain)).toEqual({ ok: true });
  expect(commits.isBroken).toBe(false);
});

test('after a failure, what was begun before and never answers is given up, and all after it', async () => {
  const commits = new CommitsUnderWay(20);
  const begun = commits.run(never, explain);
  await expect(commits.run(fail, explain)).rejects.toBe(explained);
  const next = commits.run(never, explain);
  for (const waiting of [begun, next]) {
    await expect(waiting).rejects.toMatchObject({ kind: 'unavailable' });
  }
  expect(commits.isBroken).toBe(true);
  await expect(commits.run(succeed, explain)).rejects.toMatchObject({ kind: 'unavailable' });
  await commits.settled();
});

test('a commit that is begun after a failure and never answers is given up', async () => {
  const commits = new CommitsUnderWay(20);
  await expect(commits.run(fail, explain)).rejects.toBe(explained);
  await expect(commits.run(never, explain)).rejects.toMatchObject({ kind: 'unavailable' });
});

test('settled waits for what is under way', async () => {
  const commits = new CommitsUnderWay(1000);
  const order: string[] = [];
  void commits.run(late(20), explain).then(() => order.push('commit'));
  await commits.settled();
  order.push('settled');
  expect(order).toEqual(['commit', 'settled']);
});
