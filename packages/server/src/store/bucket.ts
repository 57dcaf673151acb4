import type {
  CORSRule,
  ObjectOwnership,
  PublicAccessBlockConfiguration,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import type { Acl } from './acl.ts';
import type { Tags } from './object.ts';

/**
 * A bucket as requests see it. The store hands out the same object for as long as the bucket's row
 * does not change, so whatever is compiled from it may be cached by identity (WeakMap).
 */
export interface Bucket {
  /** 16 hexadecimal digits, random: a bucket created anew under the same name is another bucket. */
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly region: string;
  /** The owner's canonical user id. */
  readonly owner: string;
  /** The rules of PutBucketCors, as they were given; absent: no CORS configuration. */
  readonly cors?: readonly CORSRule[];
  /** At least one, in the order of their keys. */
  readonly tags?: Tags;
  /** As PutBucketWebsite was given it; absent: the bucket is no website. */
  readonly website?: WebsiteConfiguration;
  /** Absent: versions were never kept. Once they were, it can only be suspended. */
  readonly versioning?: Versioning;
  /** Whether a version can only be deleted with a token of a second factor. */
  readonly mfaDelete?: 'Enabled' | 'Disabled';
  /** Absent: the owner's alone. */
  readonly acl?: Acl;
  /** The policy as it was given: JSON. */
  readonly policy?: string;
  /** Who owns what others write; the writer unless told. */
  readonly ownership?: ObjectOwnership;
  readonly publicAccessBlock?: PublicAccessBlockConfiguration;
}

export type Versioning = 'Enabled' | 'Suspended';

/** What may be changed about a bucket by its Put… and Delete… operations. */
export type BucketSettings = Pick<
  Bucket,
  | 'cors'
  | 'tags'
  | 'website'
  | 'versioning'
  | 'mfaDelete'
  | 'acl'
  | 'policy'
  | 'ownership'
  | 'publicAccessBlock'
>;

export interface Buckets {
  /** The bucket as it is now, also when another process changed it a moment ago. */
  find(name: string): Promise<Bucket | undefined>;
  /** Creates it; when the name is taken, returns the bucket that has it. */
  create(bucket: {
    readonly name: string;
    readonly region: string;
    readonly owner: string;
    readonly acl?: Acl;
    readonly ownership?: ObjectOwnership;
    readonly tags?: Tags;
  }): Promise<{ readonly created: boolean; readonly bucket: Bucket }>;
  /** `not-empty`: objects (or uploads under way) are in it and nothing happened. One commit. */
  remove(bucket: Bucket): Promise<'removed' | 'not-empty' | 'absent'>;
  /** Names in byte order. */
  list(page: {
    readonly owner: string;
    readonly prefix?: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<{ readonly buckets: readonly Bucket[]; readonly truncated: boolean }>;
  /** Replaces the given settings (`undefined` removes one). False: the bucket is gone. */
  configure(
    bucket: Bucket,
    settings: { readonly [K in keyof BucketSettings]: BucketSettings[K] | undefined },
  ): Promise<boolean>;
}
