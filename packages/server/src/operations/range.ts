import type { ByteRange } from '../data/engine.ts';
import { S3Error } from '../protocol/errors.ts';

/**
 * What a `Range` header selects of `sizeBytes` bytes; undefined: it is to be ignored, and the whole
 * object answered with 200, as AWS does with several ranges, a start behind its end and whatever
 * else is no range. Throws InvalidRange (416) when no byte can be selected.
 */
export function parseRange(header: string, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header);
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return undefined;
    // The last bytes. Of an empty object they are the whole object.
    if (sizeBytes === 0) return undefined;
    const length = Number(last);
    if (length === 0) throw invalidRange(header, sizeBytes);
    return { start: Math.max(0, sizeBytes - length), end: sizeBytes };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= sizeBytes) throw invalidRange(header, sizeBytes);
  return { start, end: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}

const invalidRange = (header: string, sizeBytes: number): S3Error =>
  new S3Error('InvalidRange', {
    fields: { ActualObjectSize: sizeBytes, RangeRequested: header },
    headers: { 'Content-Range': `bytes */${sizeBytes}` },
  });

/** `Content-Range` of a range that is not empty. */
export const contentRange = ({ start, end }: ByteRange, sizeBytes: number): string =>
  `bytes ${start}-${end - 1}/${sizeBytes}`;
