import type { Input, OperationContext } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import type { OpenObject } from '../store/object.ts';
import { requireReadConditions } from './conditions.ts';
import { select, type Selection } from './select.ts';
import { refuseUnserved } from './unserved.ts';
import { nothingToRead, versionIdOf } from './versions.ts';

/** What GetObject and HeadObject have in common: everything but the bytes. */
export type ReadInput = Input<'GetObject'> & Input<'HeadObject'>;

/**
 * Opens the addressed object and selects what the request is about. Throws S3Error: NoSuchKey,
 * PreconditionFailed, NotModified, InvalidRange and what `select` throws.
 */
export async function openForReading(
  context: Pick<
    OperationContext<'GetObject' | 'HeadObject'>,
    'bucket' | 'key' | 'identity' | 'request' | 'store' | 'now'
  >,
  input: ReadInput,
  want: 'bytes' | 'attributes',
): Promise<{ readonly open: OpenObject; readonly selection: Selection }> {
  const { bucket, key, identity, request, store, now } = context;
  const versionId = versionIdOf(input.VersionId);
  requireServed(input);
  if (identity.kind === 'anonymous' && overrides(input)) {
    throw new S3Error('InvalidRequest', {
      message: 'Request specific response headers cannot be used for anonymous GET requests.',
    });
  }
  const open = await store.objects.open(bucket, key, {
    bytes: want === 'bytes',
    ...(versionId !== undefined && { versionId }),
  });
  if (open === undefined) {
    throw await nothingToRead(store, bucket, key, { versionId, method: request.method });
  }
  requireReadConditions(
    open.object,
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    now(),
  );
  return { open, selection: await select(open, input) };
}

function requireServed(input: ReadInput): void {
  if (input.SSECustomerAlgorithm !== undefined || input.SSECustomerKey !== undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'The encryption parameters are not applicable to this object.',
    });
  }
  refuseUnserved(input);
}

const overriding = [
  'ResponseCacheControl',
  'ResponseContentDisposition',
  'ResponseContentEncoding',
  'ResponseContentLanguage',
  'ResponseContentType',
  'ResponseExpires',
] as const;

const overrides = (input: ReadInput): boolean =>
  overriding.some((name) => input[name] !== undefined);
