import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { S3Error } from '../protocol/errors.ts';

const tagBytes = 6;
/** Enough for a key of 1,024 bytes; what is longer was not made here. */
const tokenLengthMax = 2048;

/**
 * What a client passes back to get the next page: opaque to it, and good only where it was given.
 * @param scope which listing it belongs to, e.g. a bucket id.
 * @param last where the page ended.
 */
export function encodeContinuationToken(scope: string, last: string): string {
  return Buffer.concat([tag(scope, last), Buffer.from(last, 'utf8')]).toString('base64url');
}

/** Throws InvalidArgument for what `encodeContinuationToken` did not make for this scope. */
export function decodeContinuationToken(scope: string, token: string): string {
  if (token.length <= tokenLengthMax) {
    const bytes = Buffer.from(token, 'base64url');
    const last = bytes.toString('utf8', tagBytes);
    if (last !== '' && encodeContinuationToken(scope, last) === token) return last;
  }
  throw new S3Error('InvalidArgument', {
    message: 'The continuation token provided is incorrect',
    fields: { ArgumentName: 'continuation-token' },
  });
}

/** Not a secret: a client may begin anywhere anyway. It finds mistakes. */
const tag = (scope: string, last: string): Buffer =>
  createHash('sha256').update(`${scope}\0${last}`).digest().subarray(0, tagBytes);
