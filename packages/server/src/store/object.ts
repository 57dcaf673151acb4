import type { ByteStream, Caller } from '../http/request.ts';
import type { ByteRange } from '../data/engine.ts';
import type { Bucket } from './bucket.ts';
import type { Checksum, Integrity } from './checksum.ts';
import type { PartTable } from './parts-row.ts';

/** The headers that S3 keeps with an object and gives back as they were. */
export interface SystemHeaders {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  /** As sent: clients also send what is not a date. */
  readonly expires?: string;
  readonly websiteRedirectLocation?: string;
}

/** What the writer of an object decides about it beside its bytes. */
export interface ObjectAttributes {
  readonly headers: SystemHeaders;
  /** `x-amz-meta-*` without the prefix, names in lower case, values in Unicode. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly storageClass?: string;
}

/** An object as it is stored. */
export interface StoredObject extends ObjectAttributes {
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch; on the wire it has whole seconds or `.000Z`. */
  readonly modifiedMs: number;
  /** Canonical user id. */
  readonly owner: string;
  readonly checksum?: Checksum;
  /** Present for an object made by a multipart upload: how many parts. */
  readonly partsCount?: number;
}

/** Conditions of a write, decided inside its commit. */
export interface WriteCondition {
  /** `If-None-Match: *`: the key must not exist. */
  readonly absent?: boolean;
  /** `If-Match`: the current ETag, without quotes. */
  readonly etag?: string;
}

export interface PutRequest {
  readonly key: string;
  readonly owner: string;
  readonly body: ByteStream;
  readonly sizeBytes: number;
  readonly attributes: ObjectAttributes;
  readonly integrity: Integrity;
  readonly condition?: WriteCondition;
  readonly caller?: Caller;
}

/** An object opened for reading: what it says and its bytes belong together, whatever is written
 * meanwhile. */
export interface OpenObject {
  readonly object: StoredObject;
  /** Part `number` and where it lies; undefined when there is no such part. An object without parts
   * has part 1. */
  part(number: number): Promise<ObjectPart | undefined>;
  /** The parts of an object that was uploaded in parts. */
  parts(): Promise<PartTable | undefined>;
  /** Resolves once the first bytes are sure to come: all of them at once when they are few. A
   * stream must be iterated, or its iterator returned. */
  read(range?: ByteRange, caller?: Caller): Promise<ByteStream | Uint8Array>;
}

export interface ObjectPart extends ByteRange {
  readonly checksum?: Checksum;
}

export interface Objects {
  /** `attributes`: the caller does not mean to read the bytes, which saves fetching small ones. */
  open(bucket: Bucket, key: string, want?: 'bytes' | 'attributes'): Promise<OpenObject | undefined>;
  /** Throws S3Error: BadDigest, PreconditionFailed, NoSuchBucket (it went away), IncompleteBody… */
  put(bucket: Bucket, put: PutRequest): Promise<StoredObject>;
  /** Copies bytes of any number of parts into a new object. ETag becomes the MD5 of the whole. */
  copy(
    source: OpenObject,
    target: { readonly bucket: Bucket } & Omit<PutRequest, 'body' | 'sizeBytes'>,
  ): Promise<StoredObject>;
  /** True when there was such an object; deleting nothing succeeds in S3, whatever the condition.
   * Throws PreconditionFailed. */
  remove(bucket: Bucket, key: string, condition?: { readonly etag: string }): Promise<boolean>;
  list(bucket: Bucket, query: ListQuery): Promise<Listing>;
}

export interface ListQuery {
  readonly prefix: string;
  /** Any non-empty string; empty: none. */
  readonly delimiter: string;
  /** Exclusive start: a key or a common prefix, which is then skipped whole. */
  readonly after: string;
  readonly limit: number;
}

/** In UTF-8 byte order, keys and common prefixes interleaved as S3 counts them. */
export interface Listing {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix returned; pass it as `after` for the next page. */
  readonly last: string;
}
