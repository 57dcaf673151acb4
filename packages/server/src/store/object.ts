import type { ByteStream, Caller } from '../http/request.ts';
import type { ByteRange } from '../data/engine.ts';
import type { Acl } from './acl.ts';
import type { Bucket } from './bucket.ts';
import type { Checksum, Integrity } from './checksum.ts';
import type { PartTable } from './parts-row.ts';
import type { Version } from './version.ts';

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
  /** At least one, in the order of their keys. */
  readonly tags?: Tags;
  /** Absent: the owner's alone. */
  readonly acl?: Acl;
}

/** What somebody sorts objects or buckets by. */
export type Tags = readonly (readonly [key: string, value: string])[];

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
  readonly version: Version;
}

/** What a deletion leaves in a bucket that keeps versions. */
export interface DeleteMarker {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Canonical user id. */
  readonly owner: string;
  readonly version: Version;
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
  /** Undefined: known when the body has ended. */
  readonly sizeBytes: number | undefined;
  readonly attributes: ObjectAttributes;
  readonly integrity: Integrity;
  readonly condition?: WriteCondition;
  readonly caller?: Caller;
}

export interface AppendRequest extends PutRequest {
  /** How large the object is that the client knows; 0 also where there is none. */
  readonly offsetBytes: number;
}

export interface RenameRequest {
  readonly from: string;
  readonly to: string;
  /** Asked inside of the commit about what is to be renamed, and what it will replace. */
  readonly judge: (source: StoredObject, replaced: StoredObject | undefined) => void;
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
  /** The current object, or a version by its id; undefined: there is none, or a delete marker. */
  open(bucket: Bucket, key: string, want?: Wanted): Promise<OpenObject | undefined>;
  /** The delete marker that is in the way of `open`, if it is one. */
  marker(bucket: Bucket, key: string, versionId?: string): Promise<DeleteMarker | undefined>;
  /** Throws S3Error: BadDigest, PreconditionFailed, NoSuchBucket (it went away), IncompleteBody… */
  put(bucket: Bucket, put: PutRequest): Promise<StoredObject>;
  /** Adds bytes at the end of the current object, which keeps what it says of itself, or makes it. One
   * commit, which leaves the bytes that are there where they are. Throws what `put` throws,
   * InvalidWriteOffset, TooManyParts, and NotImplemented in a bucket that keeps versions. */
  append(bucket: Bucket, append: AppendRequest): Promise<StoredObject>;
  /** Gives an object another key, in one commit: its bytes, time and all that it says of itself stay.
   * Throws NoSuchKey, what `judge` throws, and NotImplemented in a bucket that keeps versions. */
  rename(bucket: Bucket, rename: RenameRequest): Promise<void>;
  /** Copies bytes of any number of parts into a new object. ETag becomes the MD5 of the whole. */
  copy(
    source: OpenObject,
    target: { readonly bucket: Bucket } & Omit<PutRequest, 'body' | 'sizeBytes'>,
  ): Promise<StoredObject>;
  /** Without an id: what is current is gone, for ever or behind a delete marker. With one: that
   * version is gone, and the one before it is current if it was. Deleting nothing succeeds in S3,
   * whatever the condition. Throws PreconditionFailed. */
  remove(bucket: Bucket, key: string, what?: Removal): Promise<Removed>;
  /** Changes what an object says of itself and neither its bytes nor its time: its tags, who may read
   * it. One commit, also of a version that is not current. Undefined: there is no such object, or it
   * is a delete marker. */
  amend(bucket: Bucket, key: string, amendment: Amendment): Promise<StoredObject | undefined>;
  list(bucket: Bucket, query: ListQuery): Promise<Listing>;
  listVersions(bucket: Bucket, query: VersionQuery): Promise<VersionListing>;
}

export interface Wanted {
  /** False: the caller does not mean to read the bytes, which saves fetching small ones. */
  readonly bytes?: boolean;
  readonly versionId?: string;
}

export interface Removal {
  readonly versionId?: string;
  readonly condition?: { readonly etag: string };
}

export interface Amendment {
  /** The current object unless told. */
  readonly versionId?: string;
  /** What it is to be; asked again when somebody else changed it meanwhile. */
  readonly change: (object: StoredObject) => StoredObject;
}

export interface Removed {
  /** A delete marker that was made or removed. */
  readonly marker: boolean;
  /** The version that was made or removed; absent where there was nothing to do. */
  readonly version?: Version;
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

export interface VersionQuery extends Omit<ListQuery, 'after'> {
  /** Exclusive start: a key or a common prefix, with all versions of it; or, with `afterVersionId`,
   * up to that version only. */
  readonly afterKey: string;
  readonly afterVersionId: string;
}

/** A version in a listing. */
export type ListedVersion = (
  | { readonly kind: 'object'; readonly object: StoredObject }
  | { readonly kind: 'marker'; readonly marker: DeleteMarker }
) & { readonly latest: boolean };

/** In UTF-8 byte order of keys, the newest version of a key first. */
export interface VersionListing {
  readonly versions: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix returned, and the version of it; pass them for the next page. */
  readonly lastKey: string;
  readonly lastVersionId: string;
}
