/** The checksum algorithms that S3's clients name. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** `COMPOSITE`: a checksum of the parts' checksums, its value ends in `-N`. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64 as on the wire. */
  readonly value: string;
}

/** What the client says the bytes must be. The store verifies all of it before anything is
 * visible: BadDigest. */
export interface Integrity {
  /** Content-MD5, base64 of 16 bytes. */
  readonly md5?: string;
  /** The algorithm to compute and store. */
  readonly algorithm?: ChecksumAlgorithm;
  /** The expected value in base64: a header's at once, or a trailer's once the body is done. Absent
   * when the client named an algorithm without a value. */
  readonly value?: () => string | undefined;
}
