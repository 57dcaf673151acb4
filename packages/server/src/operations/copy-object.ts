import { authorize } from '../access/authorize.ts';
import { requireOwner } from '../access/expected-owner.ts';
import { limits } from '../limits.ts';
import { operation, type Input, type OperationContext } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { ChecksumAlgorithm } from '../store/checksum.ts';
import { noSuchBucket, preconditionFailed } from '../store/current.ts';
import type { ObjectAttributes, OpenObject, StoredObject } from '../store/object.ts';
import { algorithmNamed, checksumOutput } from './checksums.ts';
import { firstUnmet, writeConditionOf } from './conditions.ts';
import { parseCopySource, type CopySource } from './copy-source.ts';
import { attributesOf, storageClassOf, websiteRedirectOf } from './object-headers.ts';
import { ownerAndAcl } from './object-owner.ts';
import { readAgain } from './read-again.ts';
import { taggedWith, tagsOfHeader } from './tags.ts';
import { refuseUnserved } from './unserved.ts';
import { nothingToRead, versionIdOf, versionOutput } from './versions.ts';
import { nullVersionId } from '../store/version.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject = operation('CopyObject', {
  action: 's3:PutObject',
  run: (context) => readAgain(() => copy(context)),
});

async function copy(context: OperationContext<'CopyObject'>) {
  const { bucket, key, input, request, store } = context;
  refuseUnserved(input);
  refuseSourceKey(input);
  const { owner, acl } = ownerAndAcl(context);
  const directive = directiveOf('metadata', input.MetadataDirective);
  const tagging = directiveOf('tagging', input.TaggingDirective);
  const condition = writeConditionOf(input);
  const from = parseCopySource(input.CopySource ?? '');
  const source = await openSource(context, from);
  requireCopyConditions(source.object, input, context.now());
  requireChange(context, from, source.object);

  const algorithm = algorithmOf(input, source.object);
  const tags =
    tagging === 'REPLACE'
      ? taggedWith(tagsOfHeader(input.Tagging ?? ''))
      : taggedWith(source.object.tags ?? []);
  const object = await store.objects.copy(source, {
    bucket,
    key,
    owner,
    attributes: {
      ...(directive === 'REPLACE'
        ? attributesOf({ ...input, Tagging: undefined }, request)
        : copied(source.object, input)),
      ...tags,
      ...(acl && { acl }),
    },
    integrity: algorithm === undefined ? {} : { algorithm },
    caller: request,
    ...(condition && { condition }),
  });
  return {
    CopyObjectResult: {
      ETag: `"${object.etag}"`,
      LastModified: new Date(object.modifiedMs),
      ...checksumOutput(object.checksum),
    },
    ...versionOutput(bucket, object.version),
    ...sourceVersionOutput(source),
  };
}

/** `x-amz-copy-source-version-id`, of a source in a bucket that keeps versions. */
export function sourceVersionOutput({ object }: OpenObject): {
  readonly CopySourceVersionId?: string;
} {
  return object.version.id === nullVersionId ? {} : { CopySourceVersionId: object.version.id };
}

/** No object is encrypted with a key of its client. Throws InvalidRequest. */
export function refuseSourceKey(
  input: Pick<Input<'CopyObject'>, 'CopySourceSSECustomerAlgorithm'>,
): void {
  if (input.CopySourceSSECustomerAlgorithm === undefined) return;
  throw new S3Error('InvalidRequest', {
    message: 'The encryption parameters are not applicable to this object.',
  });
}

/** Opens a copy's source on behalf of who asks. Throws S3Error: NoSuchBucket, AccessDenied,
 * NoSuchKey, and InvalidRequest when it is too large for one request. */
export async function openSource(
  {
    identity,
    input,
    store,
  }: Pick<OperationContext<'CopyObject' | 'UploadPartCopy'>, 'identity' | 'input' | 'store'>,
  source: CopySource,
): Promise<OpenObject> {
  const versionId = versionIdOf(source.versionId);
  const bucket = await store.buckets.find(source.bucket);
  const { key } = source;
  const action = 's3:GetObject';
  const access = await authorize(store, { identity, action, bucket, key, versionId });
  if (!access.allowed) throw new S3Error('AccessDenied', { cause: access.reason });
  if (bucket === undefined) throw noSuchBucket({ name: source.bucket });
  requireOwner(bucket, input.ExpectedSourceBucketOwner);
  const wanted = versionId === undefined ? {} : { versionId };
  const open = await store.objects.open(bucket, source.key, wanted);
  if (open !== undefined) return open;
  const error = await nothingToRead(store, bucket, source.key, { versionId, method: 'GET' });
  if (error.code !== 'MethodNotAllowed') throw error;
  throw new S3Error('InvalidRequest', {
    message:
      'The source of a copy request may not specifically refer to a delete marker by version id.',
  });
}

/** The four conditions on a copy's source: all of them fail alike. Throws PreconditionFailed. */
export function requireCopyConditions(
  source: StoredObject,
  input: Pick<
    Input<'CopyObject'>,
    | 'CopySourceIfMatch'
    | 'CopySourceIfNoneMatch'
    | 'CopySourceIfModifiedSince'
    | 'CopySourceIfUnmodifiedSince'
  >,
  nowMs: number,
): void {
  const unmet = firstUnmet(
    source,
    {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    nowMs,
  );
  if (unmet !== undefined) throw preconditionFailed(`x-amz-copy-source-${unmet}`);
}

function directiveOf(
  of: 'metadata' | 'tagging',
  directive: string | undefined,
): 'COPY' | 'REPLACE' {
  if (directive === undefined) return 'COPY';
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw new S3Error('InvalidArgument', {
    message: `Unknown ${of} directive.`,
    fields: { ArgumentName: `x-amz-${of}-directive`, ArgumentValue: directive },
  });
}

/** Throws InvalidRequest for a copy onto itself that changes nothing, and for one that is larger
 * than one request may copy. */
function requireChange(
  { bucket, key, input }: OperationContext<'CopyObject'>,
  from: CopySource,
  source: StoredObject,
): void {
  if (source.sizeBytes > limits.copyBytesMax) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${limits.copyBytesMax}`,
    });
  }
  if (from.bucket !== bucket.name || from.key !== key) return;
  // A version that is not current becomes that again.
  if (from.versionId !== undefined) return;
  if (input.MetadataDirective === 'REPLACE') return;
  if (input.StorageClass !== undefined || input.WebsiteRedirectLocation !== undefined) return;
  throw new S3Error('InvalidRequest', {
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
}

/** AWS copies neither the storage class nor the redirect; they are the request's. */
function copied(source: StoredObject, input: Input<'CopyObject'>): ObjectAttributes {
  const { websiteRedirectLocation: _, ...headers } = source.headers;
  return {
    headers: { ...headers, ...websiteRedirectOf(input) },
    userMetadata: source.userMetadata,
    ...storageClassOf(input),
  };
}

/** The algorithm that is asked for, or else the source's. */
function algorithmOf(
  input: Input<'CopyObject'>,
  source: StoredObject,
): ChecksumAlgorithm | undefined {
  if (input.ChecksumAlgorithm !== undefined) {
    return algorithmNamed(input.ChecksumAlgorithm, 'x-amz-checksum-algorithm');
  }
  return source.checksum?.algorithm;
}
