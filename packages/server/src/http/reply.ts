import type { ByteStream } from './request.ts';

/** Header names in the spelling that goes on the wire, with their values (latin1). */
export type ReplyHeaders = Record<string, string | number>;

/**
 * What an answer is before it is written. Only `http/` turns a reply into bytes on a socket.
 * With a `ByteStream` body, `content-length` must be among the headers.
 */
export interface Reply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body?: Uint8Array | string | ByteStream | undefined;
}
