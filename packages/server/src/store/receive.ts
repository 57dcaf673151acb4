import { S3Error } from '../protocol/errors.ts';
import type { ByteStream } from '../http/request.ts';
import type { Checksum, Integrity } from './checksum.ts';
import type { Content, ContentChange, Contents } from './content.ts';
import { createDigests, type Digests } from './digests.ts';
import { checkIntegrity, verifyIntegrity } from './integrity.ts';

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

/**
 * Reads a body into contents, computing its digests on the way.
 *
 * Throws S3Error (InvalidDigest, InvalidRequest, IncompleteBody, BadDigest), and whatever the body
 * or an engine throws; nothing is left behind then.
 */
export async function receive(
  contents: Contents,
  body: {
    readonly body: ByteStream;
    readonly sizeBytes: number;
    readonly integrity: Integrity;
    readonly signal?: AbortSignal;
  },
): Promise<Received> {
  const { sizeBytes, integrity } = body;
  checkIntegrity(integrity);
  const algorithm = integrity.algorithm;
  const digests = await createDigests({ sizeBytes, algorithms: algorithm ? [algorithm] : [] });
  let written: { readonly content: Content; readonly change: ContentChange };
  try {
    written = await contents.write(through(body.body, sizeBytes, digests), sizeBytes, body.signal);
  } catch (error) {
    digests.cancel();
    throw error;
  }
  try {
    const digest = await digests.finish();
    verifyIntegrity(integrity, digest);
    const value = algorithm && digest.checksums[algorithm];
    return {
      ...written,
      md5: digest.md5,
      ...(value && { checksum: { algorithm, type: 'FULL_OBJECT', value } }),
    };
  } catch (error) {
    await contents.abandon(written.content);
    throw error;
  }
}

/** The body as it is, once it is sure to have its size. */
async function* through(body: ByteStream, sizeBytes: number, digests: Digests): ByteStream {
  let readBytes = 0;
  for await (const chunk of body) {
    readBytes += chunk.length;
    if (readBytes > sizeBytes) throw new S3Error('IncompleteBody');
    const slow = digests.update(chunk);
    if (slow !== undefined) await slow;
    yield chunk;
  }
  if (readBytes < sizeBytes) throw new S3Error('IncompleteBody');
}
