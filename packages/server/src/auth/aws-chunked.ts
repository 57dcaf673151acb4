import { createHash, hash, type Hash } from 'node:crypto';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ChunkSigning } from './payload.ts';
import { emptySha256, sameSignature, sha256OfLatin1, sign } from './sigv4.ts';

export interface AwsChunkedOptions {
  /** `x-amz-decoded-content-length`: what all chunks together must make. */
  readonly sizeBytes: number;
  /** Undefined: the chunks carry no signatures. */
  readonly signed: ChunkSigning | undefined;
  readonly trailer: boolean;
  /** Lower-case names of the trailers that must come, all of them and no other. */
  readonly trailerNames: readonly string[];
}

const lineFeed = 10;
const signatureForm = /^[0-9a-f]{64}$/;
const trailerSignatureName = 'x-amz-trailer-signature';

/**
 * Takes `aws-chunked` apart, however the network cut it: `push` what arrived, then `next` until it
 * has no more, and `end` when the body is over. It copies no data and keeps no more than one line.
 *
 *     10000;chunk-signature=<64 digits>\r\n <65,536 bytes> \r\n … 0;chunk-signature=<64 digits>\r\n
 *     x-amz-checksum-crc32c:sOO8/Q==\r\n x-amz-trailer-signature:<64 digits>\r\n \r\n
 *
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html)
 */
export class AwsChunkedDecoder {
  /** Values by lower-case name; complete when `end` has returned. */
  readonly trailers = new Map<string, string>();

  readonly #options: AwsChunkedOptions;
  #state: 'header' | 'data' | 'data-end' | 'trailer' | 'last-line' | 'done' = 'header';
  #input: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The beginning of a line whose end has not come yet. */
  #partial = '';
  #chunkNumber = 0;
  #chunkBytes = 0;
  #chunkLeft = 0;
  #chunkHash: Hash | undefined;
  #chunkSignature = '';
  #previousSignature: string;
  #received = 0;
  #trailerBytes = 0;
  #canonicalTrailers = '';
  #trailerSignature: string | undefined;

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
    this.#previousSignature = options.signed?.seedSignature ?? '';
  }

  /** Takes the next bytes of the body. Whatever was pushed before must be used up. */
  push(input: Uint8Array): void {
    this.#input = Buffer.isBuffer(input)
      ? input
      : Buffer.from(input.buffer, input.byteOffset, input.byteLength);
    this.#at = 0;
  }

  /**
   * The next bytes of the object among those that were pushed: a view, good as long as they are.
   * Undefined when they are used up.
   *
   * @throws S3Error IncompleteBody, InvalidChunkSizeError, MalformedTrailerError,
   *   SignatureDoesNotMatch
   */
  next(): Uint8Array | undefined {
    while (this.#at < this.#input.length) {
      if (this.#state === 'data') {
        return this.#takeData();
      }
      if (this.#state === 'done') {
        throw this.#options.trailer
          ? new S3Error('MalformedTrailerError')
          : malformed('bytes follow the last chunk');
      }
      const line = this.#takeLine();
      if (line !== undefined) {
        this.#takeHeading(line);
      }
    }
    return undefined;
  }

  /** @throws S3Error IncompleteBody when the body ended too early */
  end(): void {
    if (this.#state !== 'done') {
      throw malformed('it ended before its last chunk did');
    }
  }

  #takeData(): Uint8Array {
    const from = this.#at;
    const until = Math.min(this.#input.length, from + this.#chunkLeft);
    const whole = until - from === this.#input.length;
    const data = whole ? this.#input : this.#input.subarray(from, until);
    this.#at = until;
    this.#chunkLeft -= data.length;
    if (this.#options.signed !== undefined) {
      this.#hashData(data, this.#options.signed);
    }
    if (this.#chunkLeft === 0) {
      this.#state = 'data-end';
    }
    return data;
  }

  #hashData(data: Uint8Array, signed: ChunkSigning): void {
    if (data.length === this.#chunkBytes) {
      this.#verifyChunk(hash('sha256', data, 'hex'), signed);
      return;
    }
    this.#chunkHash ??= createHash('sha256');
    this.#chunkHash.update(data);
    if (this.#chunkLeft === 0) {
      this.#verifyChunk(this.#chunkHash.digest('hex'), signed);
      this.#chunkHash = undefined;
    }
  }

  /** Takes a line without its end, or keeps what there is of it. */
  #takeLine(): string | undefined {
    const input = this.#input;
    const from = this.#at;
    const max =
      this.#state === 'trailer' ? limits.awsTrailerBytesMax : limits.awsChunkHeaderBytesMax;
    const until = Math.min(input.length, from + max - this.#partial.length);
    let at = from;
    while (at < until && input[at] !== lineFeed) {
      at += 1;
    }
    const line = this.#partial + input.toString('latin1', from, at);
    if (at === until) {
      if (line.length >= max) {
        throw malformed(`a line has more than ${max} bytes`);
      }
      this.#partial = line;
      this.#at = at;
      return undefined;
    }
    if (!line.endsWith('\r')) {
      throw malformed('a line does not end with CR LF');
    }
    this.#partial = '';
    this.#at = at + 1;
    return line.slice(0, -1);
  }

  #takeHeading(line: string): void {
    switch (this.#state) {
      case 'header':
        this.#takeHeader(line);
        return;
      case 'data-end':
      case 'last-line':
        if (line !== '') {
          throw malformed(`chunk ${this.#chunkNumber} is longer than it says`);
        }
        this.#state = this.#state === 'data-end' ? 'header' : 'done';
        return;
      case 'trailer':
        this.#takeTrailer(line);
        return;
      case 'data':
      case 'done':
    }
  }

  #takeHeader(line: string): void {
    const { signed, sizeBytes, trailer } = this.#options;
    const extension = line.indexOf(';');
    const size = chunkSize(
      signed === undefined || extension === -1 ? line : line.slice(0, extension),
    );
    if (signed !== undefined) {
      const [name, signature = ''] = line.slice(extension + 1).split('=');
      if (extension === -1 || name !== 'chunk-signature' || !signatureForm.test(signature)) {
        throw malformed('a chunk has no chunk-signature');
      }
      this.#chunkSignature = signature;
    }
    const last = size === 0;
    if (!last && this.#chunkNumber > 0 && this.#chunkBytes < limits.awsChunkBytesMin) {
      throw new S3Error('InvalidChunkSizeError', {
        fields: { Chunk: this.#chunkNumber, BadChunkSize: this.#chunkBytes },
      });
    }
    this.#chunkNumber += 1;
    this.#chunkBytes = size;
    this.#chunkLeft = size;
    this.#received += size;
    if (this.#received > sizeBytes || (last && this.#received < sizeBytes)) {
      throw new S3Error('IncompleteBody');
    }
    if (last && signed !== undefined) {
      this.#verifyChunk(emptySha256, signed);
    }
    this.#state = last ? (trailer ? 'trailer' : 'last-line') : 'data';
  }

  #takeTrailer(line: string): void {
    this.#trailerBytes += line.length;
    if (line === '') {
      this.#endTrailers();
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (this.#trailerSignature !== undefined || this.#trailerBytes > limits.awsTrailerBytesMax) {
      throw new S3Error('MalformedTrailerError');
    }
    if (name === trailerSignatureName && this.#options.signed !== undefined) {
      this.#trailerSignature = value;
      return;
    }
    if (!this.#options.trailerNames.includes(name) || this.trailers.has(name)) {
      throw new S3Error('MalformedTrailerError');
    }
    this.trailers.set(name, value);
    this.#canonicalTrailers += `${name}:${value}\n`;
  }

  #endTrailers(): void {
    const { signed, trailerNames } = this.#options;
    if (!trailerNames.every((name) => this.trailers.has(name))) {
      throw new S3Error('MalformedTrailerError');
    }
    if (signed !== undefined) {
      const { timestamp, scope, signingKey } = signed;
      const text = `AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${this.#previousSignature}\n${sha256OfLatin1(this.#canonicalTrailers)}`;
      if (!sameSignature(sign(signingKey, text), this.#trailerSignature ?? '')) {
        throw new S3Error('SignatureDoesNotMatch');
      }
    }
    this.#state = 'done';
  }

  #verifyChunk(sha256: string, { timestamp, scope, signingKey }: ChunkSigning): void {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${this.#previousSignature}\n${emptySha256}\n${sha256}`;
    if (!sameSignature(sign(signingKey, text), this.#chunkSignature)) {
      throw new S3Error('SignatureDoesNotMatch');
    }
    this.#previousSignature = this.#chunkSignature;
  }
}

/** Hexadecimal digits to a number of bytes that a chunk may have. */
function chunkSize(digits: string): number {
  const size = /^[0-9a-fA-F]{1,16}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (!(size <= limits.awsChunkBytesMax)) {
    throw malformed('a chunk has no size in hexadecimal digits');
  }
  return size;
}

function malformed(detail: string): S3Error {
  return new S3Error('IncompleteBody', {
    message: `The request body terminated unexpectedly: as aws-chunked, ${detail}`,
  });
}
