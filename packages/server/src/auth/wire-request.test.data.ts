import type { ByteStream, HttpRequest } from '../http/request.ts';
import type { Credential, Credentials } from './identity.ts';

/** The key of AWS's examples. */
export const exampleCredential: Credential = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  account: { id: 'a'.repeat(64), displayName: 'example' },
};

export function onlyCredential(credential: Credential): Credentials {
  return {
    find: (accessKeyId) =>
      Promise.resolve(accessKeyId === credential.accessKeyId ? credential : undefined),
  };
}

/** What `http/` makes of a request. Each string holds the characters that Node would show. */
export interface WireRequest {
  readonly method?: string;
  /** `/path?query`. */
  readonly target: string;
  /** `Name: value` lines. */
  readonly headers: readonly string[];
  readonly body?: readonly Uint8Array[];
}

export function received(wire: WireRequest): HttpRequest {
  const { method = 'GET', target, headers: lines, body = [] } = wire;
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  const mark = target.indexOf('?');
  return {
    id: '0123456789ABCDEF',
    method,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers,
    rawHeaders,
    body: streamOf(body),
    signal: new AbortController().signal,
    remoteAddress: '127.0.0.1',
    receivedMs: 0,
  };
}

export async function* streamOf(chunks: readonly Uint8Array[]): ByteStream {
  yield* chunks;
}

/** Reads a stream whole, as a reader must who keeps chunks: by copying them. */
export async function readAll(stream: ByteStream): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of stream) {
    copies.push(Buffer.from(chunk));
  }
  return Buffer.concat(copies);
}
