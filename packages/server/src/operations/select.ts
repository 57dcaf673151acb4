import type { ByteRange } from '../data/engine.ts';
import { limits } from '../limits.ts';
import { S3Error } from '../protocol/errors.ts';
import type { Checksum } from '../store/checksum.ts';
import type { OpenObject } from '../store/object.ts';
import { contentRange, parseRange } from './range.ts';

/** The bytes of an object that a GET or HEAD is about. */
export interface Selection {
  readonly range: ByteRange;
  /** Present: the answer is 206. */
  readonly contentRange?: string;
  readonly partsCount?: number;
  /** Of exactly the selected bytes. */
  readonly checksum?: Checksum;
}

/** Throws S3Error: InvalidRange, InvalidPartNumber, InvalidRequest, InvalidArgument. */
export async function select(
  open: OpenObject,
  input: { readonly Range?: string | undefined; readonly PartNumber?: number | undefined },
): Promise<Selection> {
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) {
      throw new S3Error('InvalidRequest', {
        message: 'Cannot specify both Range header and partNumber query parameter',
      });
    }
    return selectPart(open, input.PartNumber);
  }
  const { sizeBytes, checksum } = open.object;
  const range = input.Range === undefined ? undefined : parseRange(input.Range, sizeBytes);
  const whole = range === undefined || (range.start === 0 && range.end === sizeBytes);
  return {
    range: range ?? { start: 0, end: sizeBytes },
    ...(range && { contentRange: contentRange(range, sizeBytes) }),
    ...(whole && checksum && { checksum }),
  };
}

async function selectPart(open: OpenObject, number: number): Promise<Selection> {
  if (!Number.isInteger(number) || number < 1 || number > limits.partsMax) {
    throw new S3Error('InvalidArgument', {
      message: `Part number must be an integer between 1 and ${limits.partsMax}, inclusive`,
      fields: { ArgumentName: 'partNumber', ArgumentValue: number },
    });
  }
  const { object } = open;
  const partsCount = object.partsCount ?? 1;
  const part = await open.part(number);
  if (part === undefined) {
    throw new S3Error('InvalidPartNumber', {
      fields: { ActualPartCount: partsCount, PartNumberRequested: number },
    });
  }
  const { start, end, checksum } = part;
  return {
    range: { start, end },
    partsCount,
    // A Content-Range cannot say "no bytes".
    ...(start < end && { contentRange: contentRange(part, object.sizeBytes) }),
    ...(checksum && { checksum }),
  };
}
