import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';
import { createHash, hash, type Hash } from 'node:crypto';
import { crc32, crc32c } from '@node-rs/crc32';
import { limits } from '../limits.ts';
import type { ChecksumAlgorithm } from './checksum.ts';
import { acquireCrc64, releaseCrc64 } from './crc64.ts';
import { openMd5Stream } from './md5-thread.ts';

export interface Digest {
  /** 32 hexadecimal digits. */
  readonly md5: string;
  /** Base64 as on the wire, of the algorithms that were asked for. */
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
}

/** Digests of one body, computed while it streams by. Either `finish` or `cancel` ends it. */
export interface Digests {
  /** Takes the chunk. When a promise is returned, the digests cannot keep up: the chunk must stay
   * as it is, and no other may come, until it resolves. */
  update(chunk: Uint8Array): Promise<void> | undefined;
  finish(): Promise<Digest>;
  cancel(): void;
}

interface Running<Result, Taken> {
  update(chunk: Uint8Array): Taken;
  finish(): Result;
  cancel(): void;
}

/**
 * @param body `sizeBytes` as announced: a large body's MD5 is computed on a thread. More bytes than
 * that must not be passed.
 */
export async function createDigests(body: {
  readonly sizeBytes: number;
  readonly algorithms: readonly ChecksumAlgorithm[];
}): Promise<Digests> {
  const sums: { algorithm: ChecksumAlgorithm; running: Running<string, undefined> }[] = [];
  for (const algorithm of body.algorithms) {
    const running = algorithm === 'CRC64NVME' ? await crc64() : starters[algorithm](body.sizeBytes);
    sums.push({ algorithm, running });
  }
  const md5: Running<string | Promise<string>, Promise<void> | undefined> =
    body.sizeBytes > limits.digestThreadBytesMin
      ? openMd5Stream()
      : cryptoDigest('md5', 'hex', body.sizeBytes);

  return {
    update(chunk) {
      // First the thread, so that both work at once.
      const taken = md5.update(chunk);
      for (const { running } of sums) running.update(chunk);
      return taken;
    },
    async finish() {
      const checksums: Partial<Record<ChecksumAlgorithm, string>> = {};
      for (const { algorithm, running } of sums) checksums[algorithm] = running.finish();
      return { md5: await md5.finish(), checksums };
    },
    cancel() {
      md5.cancel();
      for (const { running } of sums) running.cancel();
    },
  };
}

/** The digests of bytes that are all there. */
export async function digestOf(
  bytes: Uint8Array,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<Digest> {
  const digests = await createDigests({ sizeBytes: bytes.length, algorithms });
  await digests.update(bytes);
  return digests.finish();
}

const starters: Record<
  Exclude<ChecksumAlgorithm, 'CRC64NVME'>,
  (sizeBytes: number) => Running<string, undefined>
> = {
  CRC32: () => crcDigest(crc32),
  CRC32C: () => crcDigest(crc32c),
  SHA1: (sizeBytes) => cryptoDigest('sha1', 'base64', sizeBytes),
  SHA256: (sizeBytes) => cryptoDigest('sha256', 'base64', sizeBytes),
};

/** A whole body in one chunk, which small ones are, is hashed in one call: half the cost of a hash
 * object for 1 KiB. */
function cryptoDigest(
  name: 'md5' | 'sha1' | 'sha256',
  encoding: 'hex' | 'base64',
  sizeBytes: number,
): Running<string, undefined> {
  let whole: string | undefined;
  let parts: Hash | undefined;
  return {
    update(chunk) {
      assert(whole === undefined || chunk.length === 0, 'no more bytes than were announced');
      if (parts === undefined && chunk.length === sizeBytes) whole = hash(name, chunk, encoding);
      else (parts ??= createHash(name)).update(chunk);
      return undefined;
    },
    finish: () => whole ?? (parts ?? createHash(name)).digest(encoding),
    cancel: () => {},
  };
}

function crcDigest(
  crc: (chunk: Uint8Array, previous: number) => number,
): Running<string, undefined> {
  let value = 0;
  return {
    update(chunk) {
      value = crc(chunk, value);
      return undefined;
    },
    finish() {
      const bytes = Buffer.allocUnsafe(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
    cancel: () => {},
  };
}

async function crc64(): Promise<Running<string, undefined>> {
  const hasher = await acquireCrc64();
  return {
    update(chunk) {
      hasher.update(chunk);
      return undefined;
    },
    finish() {
      const value = Buffer.from(hasher.digest('binary')).toString('base64');
      releaseCrc64(hasher);
      return value;
    },
    cancel: () => releaseCrc64(hasher),
  };
}
