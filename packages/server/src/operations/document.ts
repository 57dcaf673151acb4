import { Buffer } from 'node:buffer';
import type { Body } from '../auth/body.ts';
import { S3Error } from '../protocol/errors.ts';

/**
 * Gathers a document from a request's body.
 *
 * @param bytesMax more than this is refused as soon as it is announced or seen
 * @throws S3Error MaxMessageLengthExceeded, and what the body itself throws
 */
export async function gather(body: Body, bytesMax: number): Promise<Uint8Array> {
  const tooLong = (): S3Error =>
    new S3Error('MaxMessageLengthExceeded', { fields: { MaxMessageLengthBytes: bytesMax } });
  if (body.sizeBytes !== undefined && body.sizeBytes > bytesMax) throw tooLong();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body.stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) throw tooLong();
    // A chunk is ours only until the next one is asked for (ByteStream).
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks, sizeBytes);
}
