import { createHmac } from 'node:crypto';
import { terminal, type Scope } from './scope.ts';

/** The key that signs everything of one secret, day, region and service. Secret itself. */
export type SigningKey = Buffer;

// A key is four HMACs to make and is the same all day. Two generations instead of a list in order
// of use: a look-up moves nothing, and at most twice this many keys are held.
const generationMax = 512;
let young = new Map<string, SigningKey>();
let old = new Map<string, SigningKey>();

/** The signing key of a secret and a scope, from memory when it was used lately. */
export function signingKey(secretAccessKey: string, scope: Scope): SigningKey {
  // The parts of a scope hold no line break, so no two pairs share a name.
  const name = `${scope.date}\n${scope.region}\n${scope.service}\n${secretAccessKey}`;
  const known = young.get(name);
  if (known !== undefined) {
    return known;
  }
  const key = old.get(name) ?? deriveSigningKey(secretAccessKey, scope);
  if (young.size >= generationMax) {
    old = young;
    young = new Map();
  }
  young.set(name, key);
  return key;
}

/**
 * HMAC over date, region, service and terminal in turn
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function deriveSigningKey(secretAccessKey: string, scope: Scope): SigningKey {
  let key: SigningKey = Buffer.from(`AWS4${secretAccessKey}`, 'utf8');
  for (const part of [scope.date, scope.region, scope.service, terminal]) {
    key = createHmac('sha256', key).update(part).digest();
  }
  return key;
}
