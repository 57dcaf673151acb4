import { createHash, createHmac } from 'node:crypto';

/**
 * Signature Version 4 once more, written apart from the server's: for requests that no SDK would
 * send. AWS: "Authenticating Requests: Using the Authorization Header".
 */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface UnsignedRequest {
  readonly method: string;
  /** Path and query as they go on the wire, already percent-encoded. */
  readonly target: string;
  readonly host: string;
  /** More headers to send and to sign; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The value of `x-amz-content-sha256`; `UNSIGNED-PAYLOAD` unless told. */
  readonly payload?: string;
  readonly now?: Date;
}

const region = 'us-east-1';

/** All headers to send: those given, `host`, `x-amz-date`, `x-amz-content-sha256`, `authorization`. */
export function signedHeaders(
  credentials: Credentials,
  request: UnsignedRequest,
): Record<string, string> {
  const time = (request.now ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '');
  const payload = request.payload ?? 'UNSIGNED-PAYLOAD';
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host,
    'x-amz-content-sha256': payload,
    'x-amz-date': time,
  };
  const names = Object.keys(headers).toSorted();
  const [path = '', query = ''] = request.target.split('?');
  const canonical = [
    request.method,
    path,
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (secret, part) => hmac(secret, part),
      `AWS4${credentials.secretAccessKey}`,
    );
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
