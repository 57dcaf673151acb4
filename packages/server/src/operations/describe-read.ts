import type { StoredObject } from '../store/object.ts';
import { checksumOutput } from './checksums.ts';
import { describeObject } from './object-headers.ts';
import { overridden, type ReadInput } from './open-for-reading.ts';
import type { Selection } from './select.ts';

/** What GetObject and HeadObject answer beside bytes. */
export function describeRead(object: StoredObject, selection: Selection, input: ReadInput) {
  const { range, contentRange, partsCount, checksum } = selection;
  return {
    ...describeObject(object),
    ContentLength: range.end - range.start,
    ...(contentRange !== undefined && { ContentRange: contentRange }),
    ...(partsCount !== undefined && { PartsCount: partsCount }),
    ...(input.ChecksumMode === 'ENABLED' && checksumOutput(checksum)),
    ...overridden(input),
  };
}
