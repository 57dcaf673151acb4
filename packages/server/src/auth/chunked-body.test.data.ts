import { createHash } from 'node:crypto';
import type { ChunkSigning } from './payload.ts';
import { emptySha256, sign } from './sigv4.ts';

export interface ChunkedBody {
  /** Bytes of each chunk but the closing one. */
  readonly chunks: readonly Uint8Array[];
  /** Absent: the chunks carry no signatures. */
  readonly signing?: ChunkSigning | undefined;
  /** Absent: the body has no trailer part. */
  readonly trailers?: Readonly<Record<string, string>> | undefined;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Writes `aws-chunked` as clients do, from the documentation and not from the decoder. */
export function encodeChunked({ chunks, signing, trailers }: ChunkedBody): Buffer {
  let previous = signing?.seedSignature ?? '';
  const signLink = (kind: string, hashes: string): string => {
    if (signing !== undefined) {
      const { timestamp, scope, signingKey } = signing;
      const text = `AWS4-HMAC-SHA256-${kind}\n${timestamp}\n${scope}\n${previous}\n${hashes}`;
      previous = sign(signingKey, text);
    }
    return previous;
  };
  const pieces: Uint8Array[] = [];
  for (const chunk of [...chunks, new Uint8Array(0)]) {
    const signature = signLink('PAYLOAD', `${emptySha256}\n${sha256(chunk)}`);
    const extension = signing === undefined ? '' : `;chunk-signature=${signature}`;
    pieces.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`));
    if (chunk.length > 0) {
      pieces.push(chunk, Buffer.from('\r\n'));
    }
  }
  if (trailers !== undefined) {
    const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`);
    pieces.push(Buffer.from(lines.map((line) => `${line}\r\n`).join('')));
    if (signing !== undefined) {
      const signature = signLink('TRAILER', sha256(lines.map((line) => `${line}\n`).join('')));
      pieces.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
    }
  }
  return Buffer.concat([...pieces, Buffer.from('\r\n')]);
}
