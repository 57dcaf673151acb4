import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { openMemoryData } from '../data/memory.ts';
import type { DataEngine } from '../data/engine.ts';
import type { ByteStream } from '../http/request.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { createStore } from './create-store.ts';
import type { PutRequest } from './object.ts';

/** A store over memory engines, with a clock that the test moves and a bucket to begin with. */
export async function openTestStore(
  engines: { readonly metadata?: MetadataEngine; readonly data?: DataEngine } = {},
) {
  const { metadata = openMemoryMetadata(), data = openMemoryData() } = engines;
  const clock = { nowMs: Date.UTC(2026, 0, 1) };
  const store = createStore({ metadata, data, now: () => clock.nowMs, random: randomBytes });
  const { bucket } = await store.buckets.create({
    name: 'bucket',
    region: 'us-east-1',
    owner: 'owner',
  });
  return { ...store, bucket, metadata, data, clock };
}

/** What it takes to put these bytes. */
export function putRequest(
  key: string,
  body: Uint8Array | string,
  more: Partial<PutRequest> = {},
): PutRequest {
  const bytes = Buffer.from(body);
  return {
    key,
    owner: 'owner',
    body: streamOf(bytes),
    sizeBytes: bytes.length,
    attributes: { headers: {}, userMetadata: {} },
    integrity: {},
    ...more,
  };
}

export async function* streamOf(...chunks: readonly Uint8Array[]): ByteStream {
  for (const chunk of chunks) yield chunk;
}

export async function readAll(body: ByteStream | Uint8Array): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
