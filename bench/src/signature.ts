import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Signable {
  readonly method: string;
  readonly host: string;
  /** Already in the form in which it goes on the wire. */
  readonly path: string;
  /** Names and values, not yet encoded. */
  readonly query: Readonly<Record<string, string>>;
  /** Further headers to sign, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

const region = 'us-east-1';
/** The signing key depends on the day only; deriving it anew would be most of the work. */
const keys = new Map<string, Buffer>();

/** The canonical query string of Signature Version 4, which is fit for the wire too. */
export function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
}

/**
 * Signs a request in its `Authorization` header, as "Authenticating Requests: Using the
 * Authorization Header (AWS Signature Version 4)" says.
 * @returns All headers to send, names in lower case.
 */
export function signHeaders(
  request: Signable,
  credentials: Credentials,
  now: Date,
): Readonly<Record<string, string>> {
  const timestamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-amz-content-sha256': request.payloadHash,
    'x-amz-date': timestamp,
  };
  const names = Object.keys(headers).toSorted();
  const canonical = [
    request.method,
    request.path,
    encodeQuery(request.query),
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    request.payloadHash,
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const signature = createHmac('sha256', signingKey(credentials, timestamp.slice(0, 8)))
    .update(`AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${digest}`)
    .digest('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function signingKey(credentials: Credentials, day: string): Buffer {
  const cacheKey = `${day} ${credentials.secretAccessKey}`;
  let key = keys.get(cacheKey);
  if (key === undefined) {
    key = Buffer.from(`AWS4${credentials.secretAccessKey}`);
    for (const part of [day, region, 's3', 'aws4_request']) {
      key = createHmac('sha256', key).update(part).digest();
    }
    keys.set(cacheKey, key);
  }
  return key;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
