import { CreateBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Causeway } from './causeway.ts';

/** The AWS SDK as an application sets it up for a server of its own. */
export function sdk(
  causeway: Pick<Causeway, 'url' | 'credentials'>,
  options: S3ClientConfig = {},
): S3Client {
  return new S3Client({
    endpoint: causeway.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: causeway.credentials,
    // A retry would hide the first failure.
    maxAttempts: 1,
    ...options,
  });
}

let buckets = 0;

/** A new empty bucket with a name of its own. */
export async function newBucket(client: S3Client): Promise<string> {
  buckets += 1;
  const name = `bucket-${buckets}-${process.pid}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}

/** What a call that must fail was answered: code, status, message and the fields of the error. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await call.then(
    () => ({ code: 'none', reason: 'the call succeeded' }),
    (reason: unknown) => reason,
  );
  if (error instanceof S3ServiceException) {
    // The fields of the error document are own properties of the SDK's error.
    const fields: Record<string, unknown> = Object.fromEntries(Object.entries(error));
    const { name, message, $metadata } = error;
    return { ...fields, code: name, message, status: $metadata.httpStatusCode };
  }
  if (error instanceof Error) {
    throw error;
  }
  return { ...Object(error) };
}

/** Bytes that look random and are the same for the same seed. */
export function bytesOf(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = (seed * 2654435761 + 1) >>> 0;
  let at = 0;
  for (; at + 4 <= size; at += 4) {
    // xorshift32: quick, and never the same twice in a row.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  for (; at < size; at += 1) {
    state = (state * 1664525 + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
