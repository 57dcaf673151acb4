/**
 * Every limit of the server, in one place, each with its source. Sizes are bytes, times are
 * milliseconds.
 */
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const second = 1000;
const minute = 60 * second;

export const limits = {
  /** AWS: 8 KB of headers; a presigned URL adds a session token of up to 4 KB and the signature
   * itself. Node refuses what is longer with 431 before we see it. */
  headBytesMax: 32 * KiB,
  /** A head that takes longer is a slow-loris, not a client. Ours. */
  headTimeoutMs: 20 * second,
  /** No byte in either direction for so long ends the connection: RequestTimeout. Ours; AWS
   * answers RequestTimeout after about 20 s of an idle upload. */
  idleTimeoutMs: 60 * second,
  /** SDK pools keep sockets for about 60 s; a server that closes first races them (ECONNRESET).
   * Arsenal uses 60 s for the same reason. */
  keepAliveMs: 75 * second,
  /** An early error answer drains this much of the body it did not read, so that the client sees
   * the answer and not a reset; beyond it the connection closes. Ours. */
  drainBytesMax: 16 * MiB,
  drainTimeoutMs: 10 * second,
  /** How long SIGTERM waits for requests under way. Ours; below Kubernetes' 30 s. */
  shutdownGraceMs: 25 * second,

  /** How long a metrics scrape waits for a worker; Prometheus itself gives up after 10 s. */
  scrapeTimeoutMs: 2 * second,

  /** XML bodies other than DeleteObjects: AWS refuses bucket configurations over 64 KB–1 MB. */
  xmlBytesMax: 1 * MiB,
  /** DeleteObjects: 1,000 keys of 1,024 bytes, escaped. */
  deleteObjectsBytesMax: 4 * MiB,
  /** CompleteMultipartUpload: 10,000 parts with ETag and a checksum each. */
  completeUploadBytesMax: 4 * MiB,
  /** No S3 document nests deeper than 10. */
  xmlDepthMax: 32,
  /** AWS "POST Object": 20 KB of fields before the file; the suite has 30 parts at most. */
  formFieldsBytesMax: 20 * KiB,
  formPartsMax: 200,
  /** AWS "Bucket policies": 20 KB. */
  policyBytesMax: 20 * KiB,
  /** AWS "Access control list overview": 100 grants. */
  grantsMax: 100,
  /** AWS API_PutBucketCors: the document is limited to 64 KB. */
  corsBytesMax: 64 * KiB,

  /** AWS "Creating object key names": 1,024 bytes of UTF-8. */
  keyBytesMax: 1024,
  /** AWS "Working with object metadata": 2 KB of names and values. */
  userMetadataBytesMax: 2 * KiB,
  /** AWS "Categorizing your objects using tags", "Cost allocation tags"; lengths in UTF-16 units. */
  objectTagsMax: 10,
  bucketTagsMax: 50,
  /** AWS "Configuring a webpage redirect": routing rules of a website. */
  routingRulesMax: 50,
  tagKeyLengthMax: 128,
  tagValueLengthMax: 256,
  /** AWS "Amazon S3 multipart upload limits" and API_PutObject. */
  putBytesMax: 5 * GiB,
  copyBytesMax: 5 * GiB,
  partBytesMin: 5 * MiB,
  partBytesMax: 5 * GiB,
  partsMax: 10_000,
  /** AWS since December 2025: 50 TB; before, 5 TB. */
  objectBytesMax: 50 * 1024 * GiB,
  listEntriesMax: 1000,
  deleteObjectsMax: 1000,
  /** AWS: 100 buckets by default, 10,000 per account on request. */
  bucketsMax: 10_000,

  /** Signature V4: 15 minutes of skew, presigned URLs live 1 s to 7 days. */
  clockSkewMs: 15 * minute,
  presignSecondsMax: 604_800,
  /** AWS: chunks other than the last are at least 8 KiB. */
  awsChunkBytesMin: 8 * KiB,
  /** A declared chunk may not make us buffer more than this: SDKs use 64 KiB to 8 MiB; we stream,
   * so the number only refuses nonsense. */
  awsChunkBytesMax: 5 * GiB,
  /** A chunk header is a hexadecimal size and a 64-digit signature. */
  awsChunkHeaderBytesMax: 256,
  /** All trailers together. */
  awsTrailerBytesMax: 4 * KiB,

  /** A body up to this size lies in the metadata engine: one flush instead of three. Ours;
   * MinIO inlines up to 128 KiB, SeaweedFS nothing, Garage 3 KiB. */
  inlineBytesMax: 16 * KiB,
  /** Bodies announced larger than this have their MD5 computed on a thread of its own; below, the
   * way there costs more than the digest. Ours. */
  digestThreadBytesMin: 1 * MiB,
  /** How often a write tries again after it lost a race for its key; each round somebody wins.
   * Ours. */
  commitAttemptsMax: 100,
  /** AWS: 63; 255 in the first years of us-east-1. */
  bucketNameBytesMax: 255,
  /** Bucket rows kept decoded. Ours. */
  bucketCacheEntriesMax: 10_000,
  /** Keys of one DeleteObjects under way at once: engines commit them in groups. Ours. */
  deletesAtOnceMax: 64,
  /** A blob that was overwritten stays for those who have read the object's row and have not opened
   * the blob yet; whoever is slower reads the row again. Soon after, the room is free, and so are
   * its pages in memory: on a virtual machine, writing into pages that were never used costs five
   * times as much as into pages that just became free. Ours. */
  garbageBlobGraceMs: 1 * second,
  /** The parts of an object are opened one after the other while it is read, so they stay longer.
   * Ours; Garage: 10 minutes. */
  garbageGraceMs: 15 * minute,
  /** By then a commit with an unknown outcome has happened or never will. Ours. */
  garbageDoubtMs: 60 * minute,
  /** Rows that one round of the reaper takes on. Ours. */
  garbageBatchMax: 256,
  /** Attempts of a read whose bytes are overwritten between the row and the first of them. Ours. */
  readAttemptsMax: 3,
  /** Rows that the reaper works on at once: removing a large file holds one of the four threads that
   * uploads write with. Ours. */
  garbageAtOnceMax: 2,
  /** An upload to which nothing came for so long is abandoned, and removed. Ours; on AWS it stays and
   * costs until a lifecycle rule removes it, MinIO removes it after a day. */
  uploadLifeMs: 7 * 24 * 60 * minute,
  uploadExpiryIntervalMs: 60 * minute,
  /** Between two rounds of an idle reaper. Ours. */
  garbageIntervalMs: 1 * second,

  /** Connections of one process to PostgreSQL, for reads and for writes each; PostgreSQL itself takes
   * 100 unless told. Ours. */
  postgresConnectionsMax: 16,
  postgresConnectMs: 5 * second,
  /** No statement of ours takes that long unless something is broken. Ours. */
  postgresStatementMs: 15 * second,
  /** Attempts of a commit that conflicts with others, and the longest pause between two. Ours. */
  postgresAttemptsMax: 50,
  postgresPauseMsMax: 50,

  /** The port's promise: a bucket id, a 1,024-byte key of which every byte is escaped, and a suffix
   * fit. LMDB with pages of 8 KiB takes 4,026 bytes, a PostgreSQL index about 2,700. */
  metadataKeyBytesMax: 2200,
} as const;
