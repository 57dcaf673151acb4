import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ByteStream, Caller } from '../http/request.ts';
import type { Checksum, ChecksumAlgorithm, Integrity } from './checksum.ts';
import type { Content, ContentChange, Contents, Written } from './content.ts';
import { createDigests, digestOf, type Digest, type Digests } from './digests.ts';
import { checkIntegrity, verifyIntegrity } from './integrity.ts';
import { borrow } from './slab.ts';

/** A body that was read to its end, is what the client said it is, and only waits for the commit
 * that makes it visible. */
export interface Received {
  readonly content: Content;
  /** Belongs in that commit. */
  readonly change: ContentChange;
  /** 32 hexadecimal digits. */
  readonly md5: string;
  readonly checksum?: Checksum;
}

/** A body and what the client says of it. */
export interface Receivable {
  readonly body: ByteStream;
  /** Undefined: known when the body has ended. */
  readonly sizeBytes: number | undefined;
  readonly integrity: Integrity;
  readonly caller?: Caller;
}

/**
 * Reads a body into contents, computing its digests on the way.
 *
 * Throws S3Error (InvalidDigest, InvalidRequest, IncompleteBody, BadDigest), and whatever the body
 * or an engine throws; nothing is left behind then.
 */
export async function receive(contents: Contents, body: Receivable): Promise<Received> {
  const { sizeBytes, integrity } = body;
  checkIntegrity(integrity);
  if (sizeBytes === undefined) return receiveUnmeasured(contents, body);
  return sizeBytes > limits.inlineBytesMax
    ? receiveLarge(contents, body)
    : receiveSmall(contents, { ...body, sizeBytes });
}

/** Gathers what a small body may have, and knows more when that is all, or not. */
async function receiveUnmeasured(contents: Contents, body: Receivable): Promise<Received> {
  const iterator = body.body[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let sizeBytes = 0;
  let ended = false;
  while (!ended && sizeBytes <= limits.inlineBytesMax) {
    const result = await iterator.next();
    ended = result.done === true;
    if (result.done === true) break;
    // A chunk is ours only until the next one is asked for.
    first.push(Buffer.from(result.value));
    sizeBytes += result.value.length;
  }
  const whole = resumed(first, iterator);
  if (ended) return receiveSmall(contents, { ...body, body: whole, sizeBytes });
  return receiveLarge(contents, { ...body, body: whole });
}

async function* resumed(first: readonly Buffer[], rest: AsyncIterator<Uint8Array>): ByteStream {
  try {
    yield* first;
    for (let result = await rest.next(); result.done !== true; result = await rest.next()) {
      yield result.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** Gathers the bytes, and looks at them once they are together. */
async function receiveSmall(
  contents: Contents,
  body: Receivable & { readonly sizeBytes: number },
): Promise<Received> {
  const { sizeBytes, integrity } = body;
  const bytes = borrow(sizeBytes);
  let readBytes = 0;
  for await (const chunk of body.body) {
    if (readBytes + chunk.length > sizeBytes) throw new S3Error('IncompleteBody');
    bytes.set(chunk, readBytes);
    readBytes += chunk.length;
  }
  if (readBytes < sizeBytes) throw new S3Error('IncompleteBody');
  const digest = await digestOf(bytes, algorithmsOf(integrity));
  verifyIntegrity(integrity, digest);
  return received(contents.hold(bytes), integrity, digest);
}

async function receiveLarge(contents: Contents, body: Receivable): Promise<Received> {
  const { sizeBytes, integrity } = body;
  // Whatever is not announced may be large.
  const expected = sizeBytes ?? Number.POSITIVE_INFINITY;
  const digests = await createDigests({ sizeBytes: expected, algorithms: algorithmsOf(integrity) });
  let written: Written;
  try {
    const stream = through(body.body, sizeBytes, digests);
    written = await contents.write(stream, sizeBytes, body.caller?.signal);
  } catch (error) {
    digests.cancel();
    throw error;
  }
  try {
    const digest = await digests.finish();
    verifyIntegrity(integrity, digest);
    return received(written, integrity, digest);
  } catch (error) {
    await contents.abandon(written.content);
    throw error;
  }
}

const algorithmsOf = ({ algorithm }: Integrity): readonly ChecksumAlgorithm[] =>
  algorithm === undefined ? [] : [algorithm];

function received(
  { content, change }: Written,
  { algorithm }: Integrity,
  digest: Digest,
): Received {
  const { md5, checksums } = digest;
  const value = algorithm && checksums[algorithm];
  if (algorithm === undefined || value === undefined) return { content, change, md5 };
  return { content, change, md5, checksum: { algorithm, type: 'FULL_OBJECT', value } };
}

/** The body as it is, once it is sure to have its size. */
async function* through(
  body: ByteStream,
  sizeBytes: number | undefined,
  digests: Digests,
): ByteStream {
  let readBytes = 0;
  for await (const chunk of body) {
    readBytes += chunk.length;
    if (sizeBytes !== undefined && readBytes > sizeBytes) throw new S3Error('IncompleteBody');
    const slow = digests.update(chunk);
    if (slow !== undefined) await slow;
    yield chunk;
  }
  if (sizeBytes !== undefined && readBytes < sizeBytes) throw new S3Error('IncompleteBody');
}
