import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

/** The algorithm that is served; SigV4A (ECDSA) is not. */
export const algorithm = 'AWS4-HMAC-SHA256';

/** SHA-256 of no bytes. */
export const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What a request's signature is over. */
export interface StringToSign {
  /** `20130524T000000Z`. */
  readonly timestamp: string;
  /** `20130524/us-east-1/s3/aws4_request`. */
  readonly scope: string;
  /** Each character is one byte of the wire. */
  readonly canonicalRequest: string;
}

export function stringToSign({ timestamp, scope, canonicalRequest }: StringToSign): string {
  return `${algorithm}\n${timestamp}\n${scope}\n${sha256OfLatin1(canonicalRequest)}`;
}

/** The signature of a string: HMAC-SHA-256 in lower-case hexadecimal digits. */
export function sign(key: SigningKey, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether two signatures are the same, in a time that does not tell where they differ. */
export function sameSignature(calculated: string, provided: string): boolean {
  const ours = Buffer.from(calculated, 'latin1');
  const theirs = Buffer.from(provided, 'latin1');
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

/** SHA-256 of text whose characters are bytes, in hexadecimal digits. */
export function sha256OfLatin1(text: string): string {
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex');
}
