import { readFile } from 'node:fs/promises';
import type { Account, Credential, Credentials } from './identity.ts';
import { rootAccount, type RootKeys } from './root-credentials.ts';

/** The accounts of a server. Who asks for a grantee or a principal finds them by any of their names. */
export interface Accounts extends Credentials {
  byId(id: string): Account | undefined;
  byEmail(email: string): Account | undefined;
}

/** An account as a seed file has it. */
export interface SeededAccount extends Account {
  readonly keys: readonly RootKeys[];
}

/** The root account, and those of a seed file. */
export function accountsOf(root: RootKeys, seeded: readonly SeededAccount[]): Accounts {
  const all = [{ ...rootAccount, keys: [root] }, ...seeded];
  const byKey = new Map<string, Credential>();
  const byId = new Map<string, Account>();
  const byEmail = new Map<string, Account>();
  for (const { keys, ...account } of all) {
    byId.set(account.id, account);
    if (account.email !== undefined) byEmail.set(account.email.toLowerCase(), account);
    for (const key of keys) byKey.set(key.accessKeyId, { ...key, account });
  }
  return {
    find: (accessKeyId) => Promise.resolve(byKey.get(accessKeyId)),
    byId: (id) => byId.get(id),
    byEmail: (email) => byEmail.get(email.toLowerCase()),
  };
}

/**
 * Reads a seed file: `{ "accounts": [{ "id", "displayName", "email", "number", "keys": [{
 * "accessKeyId", "secretAccessKey" }] }] }`.
 *
 * @throws Error with every problem, none of which repeats a secret
 */
export async function readAccounts(file: string): Promise<readonly SeededAccount[]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The accounts of ${file} cannot be read: ${why}`, { cause });
  }
  const problems: string[] = [];
  const accounts = parseAccounts(content, problems);
  if (problems.length === 0) return accounts;
  throw new Error(
    `The accounts of ${file} have ${problems.length} problem(s):\n  ${problems.join('\n  ')}`,
  );
}

/** The accounts that could be read; what is wrong is added to the problems. */
export function parseAccounts(content: unknown, problems: string[]): readonly SeededAccount[] {
  const list = member(content, 'accounts');
  if (!Array.isArray(list)) {
    problems.push('it must hold { "accounts": [ … ] }');
    return [];
  }
  const seen = new Map<string, string>();
  const unique = (where: string, what: string): void => {
    const before = seen.get(what);
    if (before === undefined) seen.set(what, where);
    else problems.push(`${where}: ${before} has it already`);
  };
  return list.map((entry: unknown, index) => {
    const where = `accounts[${index}]`;
    const text = (name: string, pattern: RegExp, expected: string): string | undefined => {
      const value = member(entry, name);
      if (typeof value === 'string' && pattern.test(value)) return value;
      problems.push(`${where}.${name}: expected ${expected}`);
      return undefined;
    };
    const optional = (name: string, pattern: RegExp, expected: string): string | undefined =>
      member(entry, name) === undefined ? undefined : text(name, pattern, expected);
    const id =
      text(
        'id',
        /^[0-9A-Za-z$._-]{1,128}$/,
        'a canonical user id, such as 64 hexadecimal digits',
      ) ?? '';
    const displayName =
      text('displayName', /^\P{Cc}{1,128}$/u, 'a name of 1 to 128 characters') ?? '';
    const email = optional('email', /^[^\s@]+@[^\s@]+$/, 'an e-mail address');
    const number = optional(
      'number',
      /^[0-9A-Za-z]{1,64}$/,
      'an account number, such as 12 digits',
    );
    if (id !== '') unique(`${where}.id`, `id ${id}`);
    if (email !== undefined) unique(`${where}.email`, `email ${email.toLowerCase()}`);
    const keys = keysOf(member(entry, 'keys'), `${where}.keys`, problems);
    for (const { accessKeyId } of keys) unique(`${where}.keys`, `key ${accessKeyId}`);
    return {
      id,
      displayName,
      ...(email !== undefined && { email }),
      ...(number !== undefined && { number }),
      keys,
    };
  });
}

function keysOf(list: unknown, where: string, problems: string[]): readonly RootKeys[] {
  if (!Array.isArray(list)) {
    problems.push(`${where}: expected a list of { "accessKeyId", "secretAccessKey" }`);
    return [];
  }
  return list.flatMap((entry: unknown, index): readonly RootKeys[] => {
    const accessKeyId = member(entry, 'accessKeyId');
    const secretAccessKey = member(entry, 'secretAccessKey');
    const isId = typeof accessKeyId === 'string' && /^[\w.@+-]{3,128}$/.test(accessKeyId);
    const isSecret =
      typeof secretAccessKey === 'string' && /^[\u0021-\u007E]{8,128}$/.test(secretAccessKey);
    if (!isId)
      problems.push(
        `${where}[${index}].accessKeyId: expected 3 to 128 letters, digits or _ . @ + -`,
      );
    if (!isSecret)
      problems.push(`${where}[${index}].secretAccessKey: expected 8 to 128 printable characters`);
    return isId && isSecret ? [{ accessKeyId, secretAccessKey }] : [];
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
