import { expect, test } from 'vitest';
import { accountsOf, parseAccounts } from './accounts.ts';
import { rootAccount } from './root-credentials.ts';

const root = { accessKeyId: 'ROOT', secretAccessKey: 'root-secret' };
const alice = {
  id: 'a'.repeat(64),
  displayName: 'alice',
  email: 'Alice@Example.com',
  keys: [
    { accessKeyId: 'ALICE1', secretAccessKey: 'alice-secret' },
    { accessKeyId: 'ALICE2', secretAccessKey: 'alice-secret' },
  ],
};

test('an account is found by each of its keys, by its id and by its address', async () => {
  const problems: string[] = [];
  const accounts = accountsOf(root, parseAccounts({ accounts: [alice] }, problems));
  expect(problems).toEqual([]);
  expect((await accounts.find('ROOT'))?.account).toEqual(rootAccount);
  expect((await accounts.find('ALICE2'))?.account.displayName).toBe('alice');
  expect(await accounts.find('alice1')).toBeUndefined();
  expect(accounts.byId(alice.id)).toMatchObject({ displayName: 'alice' });
  expect(accounts.byEmail('alice@example.COM')?.id).toBe(alice.id);
  expect(accounts.byEmail('bob@example.com')).toBeUndefined();
});

test('every problem is told at once, and no secret with it', () => {
  const problems: string[] = [];
  const bad = {
    id: '',
    displayName: 7,
    email: 'x',
    keys: [{ accessKeyId: 'A', secretAccessKey: 'hunter2' }],
  };
  parseAccounts(
    { accounts: [alice, alice, bad, { ...alice, id: 'b', email: undefined, keys: 'none' }] },
    problems,
  );
  expect(problems).toHaveLength(10);
  expect(problems.join('\n')).not.toContain('hunter2');
  expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
    'accounts[1].id',
    'accounts[1].email',
    'accounts[1].keys',
    'accounts[1].keys',
    'accounts[2].id',
    'accounts[2].displayName',
    'accounts[2].email',
    'accounts[2].keys[0].accessKeyId',
    'accounts[2].keys[0].secretAccessKey',
    'accounts[3].keys',
  ]);
});

test('what is no file of accounts is said so', () => {
  for (const content of [null, 7, [], {}, { accounts: {} }]) {
    const problems: string[] = [];
    expect(parseAccounts(content, problems)).toEqual([]);
    expect(problems).toHaveLength(1);
  }
});
