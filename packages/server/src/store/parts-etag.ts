import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { StoredPart } from './parts-row.ts';

/** The ETag of an object that consists of parts: the MD5 of their MD5s, and their number. */
export function etagOfParts(parts: readonly StoredPart[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}
