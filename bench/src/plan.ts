import { createHash } from 'node:crypto';
import { encodeQuery, signHeaders, type Credentials } from './signature.ts';

/** Bodies are repetitions of one block, so that no size costs memory. */
const blockBytes = 1024 * 1024;
/** Up to here head and body go out in one write. */
const joinedBytesMax = 64 * 1024;

/** What a load client sends: plain data, because it crosses to another process. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly method: string;
  /** One request each, sent in turn. */
  readonly paths: readonly string[];
  readonly query: readonly Readonly<Record<string, string>>[];
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  readonly payload: 'hashed' | 'unsigned';
  /** Unsigned when left out. */
  readonly credentials?: Credentials;
  /** Anything else than this status, and this size where it is known, is a failure. */
  readonly expectedStatuses: readonly number[];
  readonly expectedBodyBytes?: number;
}

/** A request as bytes: `first`, and then `block` so many times. */
export interface WireRequest {
  readonly first: Buffer;
  readonly block: Buffer;
  readonly blocks: number;
}

let block: Buffer | undefined;
const hashes = new Map<number, string>();

/**
 * Builds and signs every request of a plan beforehand, so that the timed loop only writes bytes.
 * A signature lasts for 15 minutes.
 * @throws RangeError for a body over 1 MiB that is no multiple of it.
 */
export function buildRequests(plan: LoadPlan, now: Date): readonly WireRequest[] {
  const body = bodyOf(plan.bodyBytes);
  const payloadHash = plan.payload === 'hashed' ? hashOf(plan.bodyBytes) : 'UNSIGNED-PAYLOAD';
  const host = `${plan.host}:${plan.port}`;
  const queries = plan.query.length === 0 ? [{}] : plan.query;
  return plan.paths.flatMap((path) =>
    queries.map((query) => {
      const { method, headers } = plan;
      const sent =
        plan.credentials === undefined
          ? { host, ...headers }
          : signHeaders({ method, host, path, query, headers, payloadHash }, plan.credentials, now);
      const target = Object.keys(query).length === 0 ? path : `${path}?${encodeQuery(query)}`;
      const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
      if (method === 'PUT') lines.push(`content-length: ${plan.bodyBytes}\r\n`);
      const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
      return plan.bodyBytes <= joinedBytesMax
        ? { first: Buffer.concat([head, body.block]), block: body.block, blocks: 0 }
        : { first: head, ...body };
    }),
  );
}

function bodyOf(bytes: number): { readonly block: Buffer; readonly blocks: number } {
  block ??= noise(blockBytes);
  if (bytes <= blockBytes) return { block: block.subarray(0, bytes), blocks: 1 };
  if (bytes % blockBytes !== 0) throw new RangeError(`a body of ${bytes} is no multiple of 1 MiB`);
  return { block, blocks: bytes / blockBytes };
}

function hashOf(bytes: number): string {
  let hash = hashes.get(bytes);
  if (hash === undefined) {
    const sha256 = createHash('sha256');
    const body = bodyOf(bytes);
    for (let count = 0; count < body.blocks; count += 1) sha256.update(body.block);
    hash = sha256.digest('hex');
    hashes.set(bytes, hash);
  }
  return hash;
}

/** Bytes that no compression shrinks, the same in every run. */
function noise(bytes: number): Buffer {
  const digests = Array.from({ length: bytes / 64 }, (_unused, index) =>
    createHash('sha512').update(`causeway ${index}`).digest(),
  );
  return Buffer.concat(digests);
}
