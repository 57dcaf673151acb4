/** The most bytes of a head, and of a body of a failure that is kept for the message. */
const headBytesMax = 64 * 1024;
const sampleBytesMax = 1024;

const endOfHead = Buffer.from('\r\n\r\n');
const lineFeed = 0x0a;

/** A response whose last byte has arrived. */
export interface ResponseSummary {
  readonly status: number;
  /** Bytes of the body, without the framing of chunks. */
  readonly bodyBytes: number;
  /** The server closes the connection after this response. */
  readonly closes: boolean;
  /** The start of the body of a status of 400 or more: what the server said. */
  readonly sample: string;
}

type State = 'head' | 'fixed' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer';

/**
 * Reads HTTP/1.1 responses off one connection and keeps nothing of their bodies. It understands
 * what servers of S3 send (a length, or chunks) and throws on the rest, because a benchmark that
 * guesses measures nothing. Interim 1xx responses are passed over.
 */
export class ResponseParser {
  readonly #onResponse: (response: ResponseSummary) => void;
  #state: State = 'head';
  #bodiless = false;
  /** Bytes of a head or a line that ended in the middle of a read. */
  #pending: Buffer | undefined;
  #status = 0;
  #closes = false;
  #bodyBytes = 0;
  /** Bytes of the body or the chunk still to come. */
  #remaining = 0;
  #sample = '';

  /** @param onResponse Called within `push`, after the last byte of each response. */
  constructor(onResponse: (response: ResponseSummary) => void) {
    this.#onResponse = onResponse;
  }

  /** The next response answers a HEAD: its length describes a body that is not sent. */
  expectNoBody(bodiless: boolean): void {
    this.#bodiless = bodiless;
  }

  /**
   * @param read The bytes of one read; the caller may reuse them afterwards.
   * @throws Error when they are no response, or more than the one that was asked for.
   */
  push(read: Buffer): void {
    let bytes = read;
    if (this.#pending !== undefined) {
      bytes = Buffer.concat([this.#pending, read]);
      this.#pending = undefined;
    }
    let offset = 0;
    while (offset < bytes.length) {
      const next = this.#step(bytes, offset);
      if (next === undefined) {
        // A copy, because the caller's buffer is filled again by the next read.
        this.#pending = Buffer.from(bytes.subarray(offset));
        if (this.#pending.length > headBytesMax) throw new Error('a head without end');
        return;
      }
      offset = next;
    }
  }

  /** Consumes from `offset` and returns where it stopped, or undefined when more must arrive. */
  #step(bytes: Buffer, offset: number): number | undefined {
    if (this.#state === 'head') return this.#head(bytes, offset);
    if (this.#state === 'fixed' || this.#state === 'chunk-data') return this.#body(bytes, offset);
    return this.#line(bytes, offset);
  }

  #head(bytes: Buffer, offset: number): number | undefined {
    const end = bytes.indexOf(endOfHead, offset);
    if (end === -1) return undefined;
    const head = bytes.toString('latin1', offset, end);
    if (!head.startsWith('HTTP/1.1 ')) throw new Error(`no response: ${head.slice(0, 80)}`);
    this.#status = Number(head.slice(9, 12));
    const after = end + endOfHead.length;
    if (this.#status < 200) return after;
    this.#closes = /\r\nconnection: *close/i.test(head);
    this.#bodyBytes = 0;
    this.#sample = '';
    if (this.#bodiless || this.#status === 204 || this.#status === 304) {
      this.#finish();
      return after;
    }
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#remaining = Number(length);
      if (this.#remaining === 0) this.#finish();
      else this.#state = 'fixed';
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = 'chunk-size';
    } else {
      throw new Error(`a response without length: ${head.slice(0, 200)}`);
    }
    return after;
  }

  #body(bytes: Buffer, offset: number): number {
    const taken = Math.min(this.#remaining, bytes.length - offset);
    if (this.#status >= 400 && this.#sample.length < sampleBytesMax) {
      this.#sample += bytes.toString('latin1', offset, offset + Math.min(taken, sampleBytesMax));
    }
    this.#remaining -= taken;
    this.#bodyBytes += taken;
    if (this.#remaining === 0) {
      if (this.#state === 'fixed') this.#finish();
      else this.#state = 'chunk-end';
    }
    return offset + taken;
  }

  #line(bytes: Buffer, offset: number): number | undefined {
    const end = bytes.indexOf(lineFeed, offset);
    if (end === -1) return undefined;
    const line = bytes.toString('latin1', offset, end).trimEnd();
    if (this.#state === 'chunk-end') {
      if (line !== '') throw new Error('a chunk longer than it said');
      this.#state = 'chunk-size';
    } else if (this.#state === 'trailer') {
      if (line === '') this.#finish();
    } else {
      this.#remaining = Number.parseInt(line, 16);
      if (Number.isNaN(this.#remaining)) throw new Error(`no chunk size: ${line.slice(0, 80)}`);
      this.#state = this.#remaining === 0 ? 'trailer' : 'chunk-data';
    }
    return end + 1;
  }

  #finish(): void {
    this.#state = 'head';
    this.#onResponse({
      status: this.#status,
      bodyBytes: this.#bodyBytes,
      closes: this.#closes,
      sample: this.#sample,
    });
  }
}
