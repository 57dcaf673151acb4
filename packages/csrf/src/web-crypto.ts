/** A key of WebCrypto; only passed around. */
export interface HmacKey {
  readonly type: string;
}

/** What is used of the Web Cryptography API: HMAC and random bytes. Every runtime has it. */
interface WebCrypto {
  getRandomValues(bytes: Uint8Array): Uint8Array;
  readonly subtle: {
    importKey(
      format: 'raw',
      secret: Uint8Array,
      algorithm: { readonly name: 'HMAC'; readonly hash: 'SHA-256' },
      extractable: false,
      usages: readonly ['sign', 'verify'],
    ): Promise<HmacKey>;
    sign(algorithm: 'HMAC', key: HmacKey, data: Uint8Array): Promise<ArrayBuffer>;
    verify(
      algorithm: 'HMAC',
      key: HmacKey,
      signature: Uint8Array,
      data: Uint8Array,
    ): Promise<boolean>;
  };
}

declare const crypto: WebCrypto;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const encoder = new TextEncoder();

/** Bytes that nobody can guess. */
export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Imports a secret for HMAC-SHA-256; it cannot be read back. */
export async function importHmacKey(secret: Uint8Array): Promise<HmacKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
  return crypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify']);
}

/** HMAC-SHA-256: 32 bytes. */
export async function hmac(key: HmacKey, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

/** Compares in constant time, as WebCrypto has to (section 31.6.2, "HMAC", verify). */
export async function isHmac(
  key: HmacKey,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, signature, data);
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
