import type { ByteRange } from '../data/engine.ts';
import type { Content } from './content.ts';

/** A range of one content; never empty. */
export interface Slice {
  readonly content: Content;
  readonly range: ByteRange;
}

/** What a range of consecutive contents, all of them unless told, is made of. */
export function slicesOf(contents: readonly Content[], range?: ByteRange): readonly Slice[] {
  const slices: Slice[] = [];
  const from = range?.start ?? 0;
  const until = range?.end ?? Infinity;
  let offset = 0;
  for (const content of contents) {
    if (offset >= until) break;
    const start = Math.max(0, from - offset);
    const end = Math.min(content.sizeBytes, until - offset);
    if (start < end) slices.push({ content, range: { start, end } });
    offset += content.sizeBytes;
  }
  return slices;
}
