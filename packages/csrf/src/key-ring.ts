import { importHmacKey } from './web-crypto.ts';
import type { HmacKey } from './web-crypto.ts';

/** The shortest secret: as long as the digest (RFC 2104 section 3). */
const secretBytesMin = 32;
const keysMax = 8;
const keyId = /^[A-Za-z0-9._-]{1,32}$/;

/** A secret with the name that stands in what is signed with it. */
export interface SecretKey {
  /** 1 to 32 of letters, digits, dot, hyphen, underscore; public. */
  readonly id: string;
  /** At least 32 random bytes. */
  readonly secret: Uint8Array;
}

/** A key that is ready for use. */
export interface RingKey {
  readonly id: string;
  readonly key: HmacKey;
}

/** Keys by their age: the newest signs, all verify. Made by `keyRing`. */
export interface KeyRing {
  readonly signing: RingKey;
  readonly find: (id: string) => RingKey | undefined;
}

/**
 * Makes a ring of keys. To rotate, put the new key first and leave the old one behind it for as long
 * as what it signed lives; tokens and tickets take a function, so that a ring can be replaced while
 * the program runs.
 *
 * @param keys - 1 to 8, the one that signs first.
 * @throws RangeError when there is none, when an id is no id or there twice, when a secret is short.
 *
 * @example
 * // Permitted: 32 bytes from `openssl rand -base64 32`, the same for every process.
 * const keys = await keyRing([{ id: '2026-11', secret: newest }, { id: '2026-08', secret: before }]);
 *
 * @example
 * // Prohibited: a password, which can be guessed at home from one token.
 * await keyRing([{ id: 'a', secret: new TextEncoder().encode('correct horse') }]) // throws
 */
export async function keyRing(keys: readonly SecretKey[]): Promise<KeyRing> {
  if (keys.length > keysMax) throw new RangeError(`A key ring has at most ${keysMax} keys`);
  const ring = new Map<string, RingKey>();
  for (const { id, secret } of keys) {
    if (!keyId.test(id)) throw new RangeError('The id of a key is 1 to 32 of A-Za-z0-9._-');
    if (ring.has(id)) throw new RangeError(`The key "${id}" is there twice`);
    if (secret.length < secretBytesMin) {
      throw new RangeError(`The secret of the key "${id}" is shorter than ${secretBytesMin} bytes`);
    }
    ring.set(id, { id, key: await importHmacKey(secret) });
  }
  const [signing] = ring.values();
  if (signing === undefined) throw new RangeError('A key ring has at least one key');
  return Object.freeze({ signing, find: (id: string) => ring.get(id) });
}
