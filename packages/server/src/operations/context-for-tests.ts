import { Buffer } from 'node:buffer';
import type { Body } from '../auth/body.ts';
import { accountsOf } from '../auth/accounts.ts';
import type { Identity } from '../auth/identity.ts';
import type { HttpRequest } from '../http/request.ts';
import type { Input, OperationContext, OperationName } from '../operation.ts';
import { openTestStore, streamOf } from '../store/store-for-tests.ts';

/** The owner of the bucket that tests begin with. */
export const owner: Identity = {
  kind: 'account',
  account: { id: 'owner', displayName: 'owner' },
  accessKeyId: 'AKIA',
};

/** Members of an input; their values are what clients send, so of any type. */
export type TestInput<Name extends OperationName> = Partial<Record<keyof Input<Name>, unknown>>;

/** What a request is, beside what its operation reads out of it. */
export interface TestRequest {
  readonly key?: string;
  readonly body?: Uint8Array | string;
  /** Undefined: the client announced no length. */
  readonly sizeBytes?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly identity?: Identity;
}

/** Runs operations over memory engines, without sockets, XML or signatures. */
export async function openTestServer() {
  const { bucket, clock, ...store } = await openTestStore();

  function context<Name extends OperationName>(
    input: TestInput<Name>,
    request: TestRequest = {},
  ): OperationContext<Name> {
    const { key = 'key', identity = owner } = request;
    const bytes = Buffer.from(request.body ?? '');
    return {
      input: { Bucket: bucket.name, Key: key, ...input },
      bucket,
      key,
      identity,
      conditions: () => new Map(),
      accounts: accountsOf({ accessKeyId: 'ROOT', secretAccessKey: 'root-secret' }, []),
      request: httpRequest(request.headers ?? {}),
      body: bodyOf(bytes, 'sizeBytes' in request ? request.sizeBytes : bytes.length, request),
      store,
      now: () => clock.nowMs,
      region: 'us-east-1',
    };
  }

  return { context, bucket, clock, store };
}

const bodyOf = (bytes: Buffer, sizeBytes: number | undefined, request: TestRequest): Body => ({
  stream: streamOf(bytes),
  sizeBytes,
  trailers: () => request.trailers ?? {},
});

function httpRequest(headers: Readonly<Record<string, string>>): HttpRequest {
  return {
    id: '0123456789ABCDEF',
    method: 'GET',
    path: '/',
    query: '',
    headers,
    rawHeaders: Object.entries(headers).flat(),
    body: streamOf(),
    signal: new AbortController().signal,
    remoteAddress: '127.0.0.1',
    receivedMs: 0,
  };
}
