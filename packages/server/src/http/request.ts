/** Bytes in order. A chunk belongs to its reader only until the reader asks for the next one:
 * whoever keeps a chunk longer must copy it. The rule lets a data engine reuse its buffers. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Whoever waits for a result and may give up. The signal is made when it is asked for, so only
 * what can be aborted asks. */
export interface Caller {
  readonly signal: AbortSignal;
}

/**
 * One HTTP request as it stood on the wire: nothing decoded, nothing normalised, nothing attached.
 * `node:http`'s URL parser would fold `..` and `//`, which are keys like any other in S3, so the
 * target stays raw.
 */
export interface HttpRequest extends Caller {
  /** The request id, 16 upper-case hexadecimal digits; answered as `x-amz-request-id`. */
  readonly id: string;
  /** The method exactly as sent (case-sensitive). */
  readonly method: string;
  /** The raw request target before `?`: percent-encoded, beginning with `/`. */
  readonly path: string;
  /** The raw query after the first `?`, without it; empty when there is none. */
  readonly query: string;
  /** Header values by lower-case name, repeated lines joined as Node joins them. Values are
   * latin1: each character is one byte of the wire. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[];
  /** The body as framed by HTTP, not yet de-chunked from `aws-chunked`. Reading it answers an
   * `Expect: 100-continue`. May be iterated once. */
  readonly body: ByteStream;
  /** Aborts when the client goes away or the server must stop waiting. */
  readonly signal: AbortSignal;
  /** The peer's address as the socket knows it. */
  readonly remoteAddress: string;
  /** Milliseconds since the epoch at which the head was complete. */
  readonly receivedMs: number;
}
