import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Versioning } from './bucket.ts';

/** A version of a key, as a client knows it. */
export interface KnownVersion {
  readonly id: string;
  /** Undefined: a delete marker. */
  readonly body: Buffer | undefined;
  readonly etag: string;
  readonly tags: string;
  /** MD5s of its parts, where it consists of such. */
  readonly parts?: readonly string[];
  /** By which it was made. */
  readonly uploadId?: string;
}

export interface KnownUpload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

/** What S3 says that becomes of a bucket, in the simplest terms: lists in memory. */
export class BucketModel {
  readonly name: string;
  versioning: Versioning | undefined;
  readonly uploads = new Map<string, KnownUpload>();
  readonly #versions = new Map<string, readonly KnownVersion[]>();

  constructor(name: string) {
    this.name = name;
  }

  /** Newest first. */
  of(key: string): readonly KnownVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** The latest version, unless it is a delete marker. */
  current(key: string): KnownVersion | undefined {
    const [latest] = this.of(key);
    return latest?.body === undefined ? undefined : latest;
  }

  find(key: string, versionId: string | undefined): KnownVersion | undefined {
    if (versionId === undefined) return this.current(key);
    const found = this.of(key).find(({ id }) => id === versionId);
    return found?.body === undefined ? undefined : found;
  }

  /** A version that was written takes the place of what a bucket does not keep. */
  write(key: string, version: KnownVersion): void {
    const kept =
      this.versioning === 'Enabled' ? this.of(key) : this.of(key).filter(({ id }) => id !== 'null');
    this.#versions.set(key, [version, ...(this.versioning === undefined ? [] : kept)]);
  }

  /** In its place. */
  replace(key: string, version: KnownVersion): void {
    this.#versions.set(
      key,
      this.of(key).map((each) => (each.id === version.id ? version : each)),
    );
  }

  drop(key: string, versionId: string): void {
    this.#versions.set(
      key,
      this.of(key).filter(({ id }) => id !== versionId),
    );
  }

  /** Every key that has a version, in the order of listings. */
  keys(): readonly string[] {
    return [...this.#versions.keys()].filter((key) => this.of(key).length > 0).toSorted(byBytes);
  }

  /** What a listing with this prefix and delimiter tells, all of it. */
  list(prefix: string, delimiter: string): readonly string[] {
    const listed = this.keys().filter((key) => this.current(key) !== undefined);
    return rolledUp(listed, prefix, delimiter);
  }
}

/** Keys, and the common prefixes in their places. */
export function rolledUp(
  keys: readonly string[],
  prefix: string,
  delimiter: string,
): readonly string[] {
  const found = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    found.add(end === -1 ? `key ${key}` : `prefix ${key.slice(0, end + delimiter.length)}`);
  }
  return [...found];
}

export const byBytes = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

export const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** The ETag of an object that consists of these. */
export const etagOf = (parts: readonly string[]): string =>
  `${md5(Buffer.from(parts.join(''), 'hex'))}-${parts.length}`;
