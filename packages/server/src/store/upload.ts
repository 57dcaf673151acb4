import type { Bucket } from './bucket.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType, Integrity } from './checksum.ts';
import type { ObjectAttributes, PutRequest, StoredObject, WriteCondition } from './object.ts';

/** A multipart upload under way. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly owner: string;
  readonly initiatedMs: number;
  readonly attributes: ObjectAttributes;
  readonly checksumAlgorithm?: ChecksumAlgorithm;
  readonly checksumType?: ChecksumType;
}

export interface Part {
  readonly number: number;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum?: Checksum;
}

/** A part as CompleteMultipartUpload names it. */
export interface CompletedPartRef {
  readonly number: number;
  readonly etag: string;
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
}

export interface Uploads {
  create(bucket: Bucket, upload: Omit<Upload, 'id' | 'initiatedMs'>): Promise<Upload>;
  /** Throws NoSuchUpload. */
  find(bucket: Bucket, key: string, id: string): Promise<Upload>;
  /** Throws NoSuchUpload when the upload went away while the part was on its way; the part is
   * then gone as well. */
  putPart(
    bucket: Bucket,
    upload: Upload,
    part: { readonly number: number } & Pick<PutRequest, 'body' | 'sizeBytes' | 'caller'> & {
        readonly integrity: Integrity;
      },
  ): Promise<Part>;
  parts(
    upload: Upload,
    page: { readonly after: number; readonly limit: number },
  ): Promise<{ readonly parts: readonly Part[]; readonly truncated: boolean }>;
  /** One commit that copies no bytes. Repeating a complete that succeeded returns its object. */
  complete(
    bucket: Bucket,
    upload: { readonly key: string; readonly id: string },
    completion: {
      readonly parts: readonly CompletedPartRef[];
      readonly condition?: WriteCondition;
      /** The expected checksum of the whole object, base64. */
      readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
      readonly checksumType?: ChecksumType;
      /** `x-amz-mp-object-size`. */
      readonly sizeBytes?: number;
    },
  ): Promise<StoredObject>;
  /** Throws NoSuchUpload. */
  abort(bucket: Bucket, key: string, id: string): Promise<void>;
  list(
    bucket: Bucket,
    query: {
      readonly prefix: string;
      readonly delimiter: string;
      readonly afterKey: string;
      /** Only with `afterKey`. */
      readonly afterId: string;
      readonly limit: number;
    },
  ): Promise<{
    readonly uploads: readonly Upload[];
    readonly commonPrefixes: readonly string[];
    readonly truncated: boolean;
    readonly lastKey: string;
    readonly lastId: string;
  }>;
}
