import { authorize } from '../access/authorize.ts';
import { operation, type Input, type OperationContext } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import { preconditionFailed } from '../store/current.ts';
import type { StoredObject } from '../store/object.ts';
import { firstUnmet, writeConditionOf } from './conditions.ts';
import { decodeSource } from './copy-source.ts';

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_RenameObject.html, which AWS has in directory
 * buckets only. What is renamed keeps its time and all that it says of itself.
 */
export const renameObject = operation('RenameObject', {
  action: 's3:PutObject',
  run: async (context) => {
    const { bucket, key, input, now, store } = context;
    const from = sourceKey(bucket.name, input.RenameSource ?? '');
    await requireTaking(context, from);
    await store.objects.rename(bucket, {
      from,
      to: key,
      judge: (source, replaced) => {
        judgeSource(source, input, now());
        judgeReplaced(replaced, input, now());
      },
    });
    return {};
  },
});

/** What is renamed is read and deleted where it was. Throws AccessDenied. */
async function requireTaking(
  { identity, bucket, conditions, store }: OperationContext<'RenameObject'>,
  key: string,
): Promise<void> {
  for (const action of ['s3:GetObject', 's3:DeleteObject']) {
    const access = await authorize(store, { identity, action, bucket, key, conditions });
    if (!access.allowed) throw new S3Error('AccessDenied', { cause: access.reason });
  }
}

/** The source is a key, percent-encoded; some clients write `/bucket/key`. Throws InvalidArgument. */
function sourceKey(bucket: string, header: string): string {
  const path = decodeSource(header, 'x-amz-rename-source');
  const prefix = `/${bucket}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** Throws PreconditionFailed. */
function judgeSource(source: StoredObject, input: Input<'RenameObject'>, nowMs: number): void {
  const unmet = firstUnmet(
    source,
    {
      ifMatch: input.SourceIfMatch,
      ifNoneMatch: input.SourceIfNoneMatch,
      ifModifiedSince: input.SourceIfModifiedSince,
      ifUnmodifiedSince: input.SourceIfUnmodifiedSince,
    },
    nowMs,
  );
  if (unmet !== undefined) throw preconditionFailed(`x-amz-rename-source-${unmet}`);
}

/** Throws PreconditionFailed: what is not there meets no condition but that it be absent. */
function judgeReplaced(
  replaced: StoredObject | undefined,
  input: Input<'RenameObject'>,
  nowMs: number,
): void {
  const { DestinationIfMatch: ifMatch, DestinationIfNoneMatch: ifNoneMatch } = input;
  writeConditionOf({ IfNoneMatch: ifNoneMatch });
  const conditions = {
    ifMatch,
    ifNoneMatch,
    ifModifiedSince: input.DestinationIfModifiedSince,
    ifUnmodifiedSince: input.DestinationIfUnmodifiedSince,
  };
  if (replaced === undefined) {
    if (ifMatch !== undefined) throw preconditionFailed('If-Match');
    if (conditions.ifModifiedSince !== undefined) throw preconditionFailed('If-Modified-Since');
    return;
  }
  const unmet = firstUnmet(replaced, conditions, nowMs);
  if (unmet !== undefined) throw preconditionFailed(unmet);
}
