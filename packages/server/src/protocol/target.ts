import { limits } from '../limits.ts';
import { S3Error } from './errors.ts';
import { decodePercent } from './query.ts';

/** What a request addresses. */
export type Target =
  | { readonly kind: 'service' }
  | { readonly kind: 'bucket'; readonly bucket: string }
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string };

const service: Target = { kind: 'service' };

/**
 * Finds bucket and key in a request's target. Path style (`/bucket/key`) always works; a host below
 * one of `domains` names the bucket (`bucket.s3.example.com/key`). The key is decoded once and is
 * otherwise what was sent: `+`, `//`, `..` and NUL are part of it.
 *
 * @param path the raw target before `?`, as `HttpRequest.path`
 * @param host the `Host` header, with or without a port
 * @param domains lower-case base domains of the virtual-host style; the longest that fits counts
 * @throws S3Error InvalidURI, KeyTooLongError
 * @example
 * parseTarget('/photos/a%20b', 'localhost:9000', []) // bucket photos, key 'a b'
 * parseTarget('/a%20b', 'photos.s3.test', ['s3.test']) // the same
 * parseTarget('photos/a', '', []) // throws InvalidURI: a target begins with '/'
 */
export function parseTarget(
  path: string,
  host: string | undefined,
  domains: readonly string[],
): Target {
  if (path.charCodeAt(0) !== 0x2f) throw new S3Error('InvalidURI');
  const bucket = host === undefined || domains.length === 0 ? '' : bucketOfHost(host, domains);
  if (bucket !== '') return bucketTarget(bucket, path.slice(1));
  if (path.length === 1) return service;
  const slash = path.indexOf('/', 1);
  if (slash === -1) return bucketTarget(decodePercent(path.slice(1)), '');
  return bucketTarget(decodePercent(path.slice(1, slash)), path.slice(slash + 1));
}

/** Whether the host is that of a bucket's website (`bucket.s3-website.example.com`). Its target is
 * found as in virtual-host style. */
export const isSiteHost = (host: string | undefined, domains: readonly string[]): boolean =>
  host !== undefined && domains.length > 0 && bucketOfHost(host, domains) !== '';

function bucketTarget(bucket: string, rawKey: string): Target {
  if (rawKey === '') return { kind: 'bucket', bucket };
  const key = decodePercent(rawKey);
  // A UTF-16 unit is at most three bytes, so only long keys have to be measured.
  if (key.length * 3 > limits.keyBytesMax) {
    const size = Buffer.byteLength(key);
    if (size > limits.keyBytesMax) {
      throw new S3Error('KeyTooLongError', {
        fields: { Size: size, MaxSizeAllowed: limits.keyBytesMax },
      });
    }
  }
  return { kind: 'object', bucket, key };
}

function bucketOfHost(host: string, domains: readonly string[]): string {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  let longest = '';
  for (const domain of domains) {
    if (name === domain) return '';
    if (domain.length > longest.length && name.endsWith(`.${domain}`)) longest = domain;
  }
  return longest === '' ? '' : name.slice(0, -longest.length - 1);
}
