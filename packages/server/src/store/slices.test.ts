import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { Content } from './content.ts';
import { slicesOf } from './slices.ts';

test('the slices of a range are the bytes that slicing the whole would give', () => {
  const sizes = fc.array(fc.nat(5), { maxLength: 6 });
  fc.assert(
    fc.property(sizes, fc.nat(30), fc.nat(30), (sizes, start, length) => {
      // Every byte is different, and says which content it is from.
      const contents = sizes.map((sizeBytes, id): Content => ({
        kind: 'row',
        id: `${id}`,
        sizeBytes,
      }));
      const bytes = contents.map(({ id, sizeBytes }) =>
        Array.from({ length: sizeBytes }, (_, offset) => `${id}:${offset}`),
      );
      const slices = slicesOf(contents, { start, end: start + length });
      const found = slices.map(({ content, range }) =>
        bytes[Number(content.id)]?.slice(range.start, range.end),
      );
      expect(found.flat()).toEqual(bytes.flat().slice(start, start + length));
      expect(found.every((slice) => slice && slice.length > 0)).toBe(true);
      expect(slicesOf(contents)).toEqual(slicesOf(contents, { start: 0, end: 1000 }));
    }),
  );
});
