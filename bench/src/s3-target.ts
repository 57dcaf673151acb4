import { createHash } from 'node:crypto';
import { encodeQuery, signHeaders, type Credentials } from './signature.ts';

/** An S3 server that takes part. */
export interface S3Target {
  readonly name: 'causeway' | 's3rver';
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Its first process. */
  readonly pid: number;
  readonly directory: string;
}

/**
 * One signed request outside of the timed loops: to make buckets and to look at answers.
 * @throws Error unless the server answers 200 or 204.
 */
export async function send(
  target: S3Target,
  request: {
    readonly method: string;
    readonly path: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<string> {
  const { method, path, query = {}, body = '' } = request;
  const host = `${target.host}:${target.port}`;
  const md5 = createHash('md5').update(body).digest('base64');
  const payloadHash = createHash('sha256').update(body).digest('hex');
  const headers = body === '' ? {} : { 'content-md5': md5 };
  const signed = signHeaders(
    { method, host, path, query, headers, payloadHash },
    target.credentials,
    new Date(),
  );
  const response = await fetch(`http://${host}${path}?${encodeQuery(query)}`, {
    method,
    headers: signed,
    ...(body === '' ? {} : { body }),
  });
  const text = await response.text();
  if (response.status !== 200 && response.status !== 204) {
    throw new Error(`${target.name}: ${method} ${path} answered ${response.status} ${text}`);
  }
  return text;
}
