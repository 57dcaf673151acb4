import type { AddressInfo } from 'node:net';
import type { CorsPolicy } from '@causeway/cors';
import type { CorsAdapterOptions, CorsDecider } from '@causeway/cors/node';

/** What an adapter is given; a choice by path is put into the framework's own terms. */
export type ContractSource =
  | CorsPolicy
  | CorsDecider
  | { readonly byPath: (path: string) => CorsPolicy | CorsDecider | undefined };

/** A framework that serves the contract's application:
 *
 * - `/answer?status=…&header=Name:value` answers so, in the framework's usual way;
 * - `OPTIONS /own` is a route of the application;
 * - `/throws` and `/rejects` fail;
 * - `/secret` asks for `Authorization`, whatever the method;
 * - `POST /limited` takes 100 bytes;
 * - `/stream` answers in pieces;
 * - `/cached` has an `ETag` of its own, `"v1"`;
 * - `/head?form=object|flat|pairs|message` writes the head on the raw response.
 *
 * A layer before the adapter sets the headers that the request's `X-Before: Name:value` names. */
export interface Contender {
  readonly name: string;
  /** What the framework has no means for, and so cannot get wrong. */
  readonly lacks: readonly ('before' | 'head')[];
  serve(source: ContractSource, options: CorsAdapterOptions): Promise<Served>;
}

export interface Served {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** What `/answer` is asked for: a header that is named several times has several values. */
export function wanted(url: string): {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, values: string[]])[];
} {
  const query = new URL(url, 'http://localhost').searchParams;
  const headers = new Map<string, string[]>();
  for (const [name, value] of query.getAll('header').map((text) => pair(text))) {
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return { status: Number(query.get('status') ?? '200'), headers: [...headers] };
}

/** `Name:value`. */
export function pair(text: string): readonly [string, string] {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** The path of a request target. */
export function pathOf(url: string): string {
  return new URL(url, 'http://localhost').pathname;
}

interface Closable {
  address(): AddressInfo | string | null;
  close(callback: (error?: Error) => void): unknown;
}

/** A server that listens on a port of its own. */
export function served(server: Closable): Served {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It does not listen.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
