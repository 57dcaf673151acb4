import type { Output } from '../operation.ts';
import type { Bucket } from '../store/bucket.ts';
import type { StoredObject } from '../store/object.ts';
import { checksumOutput } from './checksums.ts';
import { isStorageClass } from './object-headers.ts';
import type { ReadInput } from './open-for-reading.ts';
import type { Selection } from './select.ts';
import { versionOutput } from './versions.ts';

/**
 * What GetObject and HeadObject answer beside bytes: the object's own headers, or those that the
 * request asks for in their place. One literal, whose absent members are undefined: made of parts
 * it cost as much as the look-up of the object.
 */
export function describeRead(
  object: StoredObject,
  selection: Selection,
  input: ReadInput,
  bucket: Bucket,
): Output<'HeadObject'> {
  const { headers, storageClass } = object;
  const { range, contentRange, partsCount, checksum } = selection;
  const output: Output<'HeadObject'> = {
    AcceptRanges: 'bytes',
    LastModified: new Date(object.modifiedMs),
    ETag: `"${object.etag}"`,
    ContentLength: range.end - range.start,
    ContentRange: contentRange,
    VersionId: versionOutput(bucket, object.version).VersionId,
    PartsCount: partsCount,
    ContentType: input.ResponseContentType ?? headers.contentType,
    CacheControl: input.ResponseCacheControl ?? headers.cacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? headers.contentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? headers.contentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? headers.contentLanguage,
    ExpiresString: input.ResponseExpires?.toUTCString() ?? headers.expires,
    WebsiteRedirectLocation: headers.websiteRedirectLocation,
    StorageClass:
      storageClass !== undefined && isStorageClass(storageClass) ? storageClass : undefined,
    Metadata: object.userMetadata,
    TagCount: object.tags?.length,
  };
  return input.ChecksumMode === 'ENABLED'
    ? Object.assign(output, checksumOutput(checksum))
    : output;
}
