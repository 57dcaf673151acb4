import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './identity.ts';

/**
 * The account that owns everything until accounts are made. Its id does not depend on its keys:
 * whoever changes the password still owns the buckets.
 */
export const rootAccount: Account = {
  id: createHash('sha256').update('causeway:root').digest('hex'),
  displayName: 'root',
};

export interface RootKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * The root keys of a data directory: as configured, or else as stored in `root-credentials.json`
 * (mode 0600), or else made now and stored there.
 *
 * @returns `made` tells that this start made them, so that they are shown this once
 */
export async function rootKeys(
  directory: string,
  configured: RootKeys | undefined,
): Promise<{ readonly keys: RootKeys; readonly made: boolean }> {
  if (configured !== undefined) return { keys: configured, made: false };
  const file = join(directory, 'root-credentials.json');
  const stored = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return { keys: parseKeys(stored, file), made: false };
  const keys = makeRootKeys();
  // Written aside and renamed: a start that is cut short never leaves half a file.
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o600, flush: true });
  await chmod(aside, 0o600);
  await rename(aside, file);
  return { keys, made: true };
}

/** Keys of the lengths that AWS uses (20 and 40 characters), from 80 and 240 random bits. */
export function makeRootKeys(): RootKeys {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');
  return { accessKeyId: `CWAY${id}`, secretAccessKey: randomBytes(30).toString('base64url') };
}

function parseKeys(text: string, file: string): RootKeys {
  let keys: unknown;
  try {
    keys = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON; restore it, or set CAUSEWAY_ROOT_USER and _PASSWORD`, {
      cause: error,
    });
  }
  if (
    typeof keys === 'object' &&
    keys !== null &&
    'accessKeyId' in keys &&
    typeof keys.accessKeyId === 'string' &&
    'secretAccessKey' in keys &&
    typeof keys.secretAccessKey === 'string'
  ) {
    return { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
  }
  throw new Error(`${file} must hold accessKeyId and secretAccessKey`);
}
