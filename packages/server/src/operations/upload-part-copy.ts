import type { ByteRange } from '../data/engine.ts';
import { limits } from '../limits.ts';
import { operation, type OperationContext } from '../operation.ts';
import { S3Error } from '../protocol/errors.ts';
import {
  openSource,
  refuseSourceKey,
  requireCopyConditions,
  sourceVersionOutput,
} from './copy-object.ts';
import { streamOf } from '../store/chain.ts';
import { parseCopySource } from './copy-source.ts';
import { wholeSeconds } from './listing-output.ts';
import { partChecksum } from './part-output.ts';
import { readAgain } from './read-again.ts';
import { refuseUnserved } from './unserved.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy = operation('UploadPartCopy', {
  action: 's3:PutObject',
  run: (context) => readAgain(() => copy(context)),
});

async function copy(context: OperationContext<'UploadPartCopy'>) {
  const { bucket, key, input, request, store, now } = context;
  refuseUnserved(input);
  refuseSourceKey(input);
  const upload = await store.uploads.find(bucket, key, input.UploadId ?? '');
  const source = await openSource(context, parseCopySource(input.CopySource ?? ''));
  requireCopyConditions(source.object, input, now());
  const range = copyRange(input.CopySourceRange, source.object.sizeBytes);
  const body = await source.read(range, request);
  const part = await store.uploads.putPart(bucket, upload, {
    number: input.PartNumber ?? 0,
    body: streamOf(body),
    sizeBytes: range.end - range.start,
    integrity: {},
    caller: request,
  });
  return {
    CopyPartResult: {
      ETag: `"${part.etag}"`,
      LastModified: wholeSeconds(part.modifiedMs),
      ...partChecksum(part),
    },
    ...sourceVersionOutput(source),
  };
}

/**
 * The bytes to copy. Stricter than the range of a GET: both ends must be there and inside of the
 * source. Throws InvalidArgument, and InvalidRequest for more than one request may copy.
 */
export function copyRange(header: string | undefined, sizeBytes: number): ByteRange {
  const range = header === undefined ? { start: 0, end: sizeBytes } : parse(header, sizeBytes);
  if (range.end - range.start > limits.copyBytesMax) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${limits.copyBytesMax}`,
    });
  }
  return range;
}

function parse(header: string, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match === null || first > last) {
    throw invalidRange(
      header,
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    );
  }
  if (last >= sizeBytes) {
    throw invalidRange(
      header,
      `Range specified is not valid for source object of size: ${sizeBytes}`,
    );
  }
  return { start: first, end: last + 1 };
}

const invalidRange = (header: string, message: string): S3Error =>
  new S3Error('InvalidArgument', {
    message,
    fields: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
  });
