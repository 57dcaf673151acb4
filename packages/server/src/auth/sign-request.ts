import { canonicalQuery, canonicalRequest, parseQuery } from './canonical-request.ts';
import { encodeQueryPart } from './percent-encoding.ts';
import { unsignedPayload } from './payload.ts';
import { formatScope, type Scope } from './scope.ts';
import { signingKey } from './signing-key.ts';
import { algorithm, sign, stringToSign } from './sigv4.ts';
import { formatTimestamp } from './timestamp.ts';

/** A request to be signed, as it will stand on the wire. */
export interface RequestToSign {
  readonly method: string;
  /** Percent-encoded, beginning with `/`. */
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
  /** By lower-case name, `host` among them. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SigningOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** SHA-256 of the body in hexadecimal digits, or a word for it; `UNSIGNED-PAYLOAD` unless told. */
  readonly payloadHash?: string;
}

/** Signs by header: what the request already has, and `x-amz-date`, `x-amz-content-sha256`,
 * `authorization`. The last holds the seed signature for signed chunks. */
export function signRequest(
  request: RequestToSign,
  options: SigningOptions,
): Readonly<Record<string, string>> {
  const { payloadHash = unsignedPayload } = options;
  const timestamp = formatTimestamp(options.nowMs);
  const headers = {
    ...request.headers,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': payloadHash,
  };
  const { credential, signedHeaders, signature } = signatureOf({ ...request, headers }, options);
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Signs by URL; `expiresSeconds` from 1 to 604,800.
 *
 * @returns the query of the presigned URL, without `?` */
export function presign(
  request: RequestToSign,
  options: SigningOptions & { readonly expiresSeconds: number },
): string {
  const { payloadHash = unsignedPayload } = options;
  const query = Object.entries({
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${options.accessKeyId}/${formatScope(scopeOf(options))}`,
    'X-Amz-Date': formatTimestamp(options.nowMs),
    'X-Amz-Expires': String(options.expiresSeconds),
    'X-Amz-SignedHeaders': Object.keys(request.headers).toSorted().join(';'),
    ...(payloadHash === unsignedPayload ? {} : { 'X-Amz-Content-Sha256': payloadHash }),
  })
    .map(([name, value]) => `${name}=${encodeQueryPart(value)}`)
    .join('&');
  const complete = request.query === '' ? query : `${request.query}&${query}`;
  const { signature } = signatureOf({ ...request, query: complete }, options);
  return `${canonicalQuery(parseQuery(complete))}&X-Amz-Signature=${signature}`;
}

function scopeOf({ nowMs, region }: SigningOptions): Scope {
  return { date: formatTimestamp(nowMs).slice(0, 8), region, service: 's3' };
}

function signatureOf(
  request: RequestToSign,
  options: SigningOptions,
): { readonly credential: string; readonly signedHeaders: string; readonly signature: string } {
  const scope = scopeOf(options);
  const signedHeaders = Object.keys(request.headers).toSorted();
  const canonical = canonicalRequest(
    { ...request, rawHeaders: Object.entries(request.headers).flat() },
    {
      parameters: parseQuery(request.query),
      signedHeaders,
      payloadHash: options.payloadHash ?? unsignedPayload,
    },
  );
  const text = stringToSign({
    timestamp: formatTimestamp(options.nowMs),
    scope: formatScope(scope),
    canonicalRequest: canonical,
  });
  return {
    credential: `${options.accessKeyId}/${formatScope(scope)}`,
    signedHeaders: signedHeaders.join(';'),
    signature: sign(signingKey(options.secretAccessKey, scope), text),
  };
}
