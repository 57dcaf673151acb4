import { Buffer } from 'node:buffer';
import type { Query } from './query.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Parameters of the signature itself. */
const ofSignature: ReadonlySet<string> = new Set([
  'x-amz-algorithm',
  'x-amz-content-sha256',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

/**
 * Checksums of a body are passed over in a URL, as S3 does
 * (https://github.com/aws/aws-sdk-go-v2/issues/2610): who signs it does not know the body yet, and
 * the SDK for JavaScript, unless told otherwise, signs the CRC32 of no bytes into every upload.
 */
const ofBody = /^x-amz-(?:sdk-checksum-algorithm|checksum-(?!algorithm$|type$|mode$).*)$/;

/**
 * The headers of a request with those that its presigned URL carries as parameters: SDKs move every
 * `x-amz-…` header into the URL that they sign (`x-amz-meta-…`, `x-amz-copy-source`), and S3 reads
 * them there. What stands in the URL was signed, so it wins over a header of the same name.
 *
 * @returns the same object when there is nothing to add
 */
export function withPresignedHeaders(headers: Headers, query: Query): Headers {
  if (!query.values.has('X-Amz-Signature')) return headers;
  const moved: Record<string, string> = {};
  for (const [name, value] of query.values) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('x-amz-') || ofSignature.has(lower) || ofBody.test(lower)) continue;
    // Header values are bytes written as latin1; the parameter was decoded as UTF-8.
    moved[lower] = Buffer.from(value, 'utf8').toString('latin1');
  }
  return Object.keys(moved).length === 0 ? headers : { ...headers, ...moved };
}
