import type { ByteStream } from '../http/request.ts';

/** A request body as the operation sees it: the object's own bytes. */
export interface Body {
  /** De-chunked. Throws an `S3Error` when the bytes are not the ones that were signed or announced
   * (XAmzContentSHA256Mismatch, SignatureDoesNotMatch, IncompleteBody, …): at the latest at its
   * end, so nothing may be made visible before the stream is done. */
  readonly stream: ByteStream;
  /** Bytes of the object: Content-Length, or `x-amz-decoded-content-length` for aws-chunked.
   * Undefined when the client announced neither. */
  readonly sizeBytes: number | undefined;
  /** The size is nobody's to announce: the file of a form ends where the form says so. */
  readonly endsItself?: boolean;
  /** Trailer values by lower-case name; complete once the stream is done. */
  trailers(): Readonly<Record<string, string>>;
}
