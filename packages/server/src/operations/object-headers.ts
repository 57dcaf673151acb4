import { Buffer } from 'node:buffer';
import type { StorageClass } from '@aws-sdk/client-s3';
import type { HttpRequest } from '../http/request.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ObjectAttributes, SystemHeaders } from '../store/object.ts';
import { taggedWith, tagsOfHeader } from './tags.ts';

/** AWS stores this when a client says nothing. */
const defaultContentType = 'binary/octet-stream';

/** Classes that an object may be labelled with. They are labels: every object is at hand at once. */
const storageClasses: ReadonlySet<string> = new Set<StorageClass>([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]);

/** What PutObject, CopyObject, CreateMultipartUpload and forms say about an object in common. */
export interface AttributesInput {
  readonly ContentType?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  /** The query of `x-amz-tagging`. */
  readonly Tagging?: string | undefined;
}

/** Throws S3Error: MetadataTooLarge, InvalidStorageClass, InvalidRedirectLocation, and what
 * `tagsOfHeader` throws. */
export function attributesOf(
  input: AttributesInput,
  request: Pick<HttpRequest, 'headers'>,
): ObjectAttributes {
  const contentEncoding = withoutAwsChunked(input.ContentEncoding);
  // Clients send what is not a date, and get back what they sent.
  const expires = request.headers['expires'];
  const headers: SystemHeaders = {
    contentType: input.ContentType ?? defaultContentType,
    ...(input.CacheControl !== undefined && { cacheControl: input.CacheControl }),
    ...(input.ContentDisposition !== undefined && { contentDisposition: input.ContentDisposition }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(input.ContentLanguage !== undefined && { contentLanguage: input.ContentLanguage }),
    ...(expires !== undefined && { expires }),
    ...websiteRedirectOf(input),
  };
  return {
    headers,
    userMetadata: userMetadataOf(input.Metadata),
    ...storageClassOf(input),
    ...(input.Tagging !== undefined && taggedWith(tagsOfHeader(input.Tagging))),
  };
}

/** Throws MetadataTooLarge. */
function userMetadataOf(
  metadata: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  let size = 0;
  for (const name of Object.keys(metadata)) {
    size += name.length + Buffer.byteLength(metadata[name] ?? '', 'utf8');
  }
  if (size > limits.userMetadataBytesMax) {
    throw new S3Error('MetadataTooLarge', {
      fields: { Size: size, MaxSizeAllowed: limits.userMetadataBytesMax },
    });
  }
  return metadata;
}

/** Throws InvalidStorageClass. The standard class is not stored, as AWS does not answer it. */
export function storageClassOf({
  StorageClass,
}: Pick<AttributesInput, 'StorageClass'>): Pick<ObjectAttributes, 'storageClass'> {
  if (StorageClass === undefined || StorageClass === 'STANDARD') return {};
  if (!isStorageClass(StorageClass)) {
    throw new S3Error('InvalidStorageClass', { fields: { StorageClassRequested: StorageClass } });
  }
  return { storageClass: StorageClass };
}

export function websiteRedirectOf({
  WebsiteRedirectLocation: location,
}: Pick<AttributesInput, 'WebsiteRedirectLocation'>): Pick<
  SystemHeaders,
  'websiteRedirectLocation'
> {
  if (location === undefined) return {};
  if (!/^(?:\/|https?:\/\/)/.test(location)) {
    throw new S3Error('InvalidRedirectLocation', {
      message:
        "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    });
  }
  return { websiteRedirectLocation: location };
}

export const isStorageClass = (value: string): value is StorageClass => storageClasses.has(value);

/** `aws-chunked` is how the body came, not what it is. */
function withoutAwsChunked(contentEncoding: string | undefined): string | undefined {
  if (contentEncoding === undefined || !/aws-chunked/i.test(contentEncoding)) {
    return contentEncoding;
  }
  const rest = contentEncoding
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && token.toLowerCase() !== 'aws-chunked');
  return rest.length === 0 ? undefined : rest.join(',');
}
