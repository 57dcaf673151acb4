import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Error } from '../protocol/errors.ts';
import { BodyStream, type BodyOwner } from './body-stream.ts';
import type { ByteStream, HttpRequest } from './request.ts';

/** A request on its socket, from the complete head to the last byte of the answer. */
export class Exchange implements HttpRequest, BodyOwner {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawHeaders: readonly string[];
  readonly remoteAddress: string;
  readonly receivedMs: number;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #awaitsContinue: boolean;
  #body: BodyStream | undefined;
  #abort: AbortController | undefined;

  constructor(
    message: IncomingMessage,
    response: ServerResponse,
    facts: { readonly id: string; readonly awaitsContinue: boolean; readonly nowMs: number },
  ) {
    const target = originForm(message.url ?? '/');
    const mark = target.indexOf('?');
    this.id = facts.id;
    this.method = message.method ?? 'GET';
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
    // Only `set-cookie` is a list in Node, and no request of S3 has one.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.headers = message.headers as Readonly<Record<string, string | undefined>>;
    this.rawHeaders = message.rawHeaders;
    this.remoteAddress = message.socket.remoteAddress ?? '';
    this.receivedMs = facts.nowMs;
    this.#message = message;
    this.#response = response;
    this.#awaitsContinue = facts.awaitsContinue;
  }

  get body(): ByteStream {
    this.#body ??= new BodyStream(this.#message, this);
    return this.#body;
  }

  bodyWanted(): void {
    if (this.#awaitsContinue) this.#response.writeContinue();
  }

  bodyLost(): Error {
    return new S3Error('IncompleteBody', { message: 'The client closed the connection.' });
  }

  /** Made only for those who ask: most requests are over before anything could be aborted. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#response.closed) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** Whether all of the body has arrived. */
  get bodyComplete(): boolean {
    return this.#message.complete;
  }

  /** The connection is gone. */
  closed(): void {
    if (!this.#response.writableFinished) this.#abort?.abort();
  }

  /** Nothing has moved for the idle limit: whoever waits for the body gets RequestTimeout. */
  timeOut(): void {
    if (this.#body === undefined) this.#message.destroy();
    else this.#body.fail(new S3Error('RequestTimeout'));
  }
}

/**
 * The target without scheme and authority, with which proxies send it. RFC 9112, section 3.2.2: a
 * server must accept the absolute form in requests.
 */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?]*/i.exec(target);
  if (absolute === null) return target;
  const rest = target.slice(absolute[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
