import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { ChecksumAlgorithm } from './checksum.ts';
import { decodeParts, encodeParts, type StoredPart } from './parts-row.ts';

const widths = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 } as const;

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const tables = fc
  .constantFrom<ChecksumAlgorithm | undefined>(
    undefined,
    'CRC32',
    'CRC32C',
    'CRC64NVME',
    'SHA1',
    'SHA256',
  )
  .chain((algorithm) =>
    fc.record({
      algorithm: fc.constant(algorithm),
      parts: fc
        .uniqueArray(
          fc.record({
            number: fc.integer({ min: 1, max: 10_000 }),
            sizeBytes: fc.oneof(fc.nat(20), fc.constant(5 * 1024 ** 3)),
            md5: bytesOf(16),
            digest: bytesOf(algorithm ? widths[algorithm] : 0),
            kind: fc.constantFrom('row' as const, 'blob' as const),
            id: fc.stringMatching(/^[0-9a-z]{0,26}$/),
          }),
          { selector: (part) => part.number, minLength: 1, maxLength: 12 },
        )
        .map((parts) =>
          parts
            .toSorted((a, b) => a.number - b.number)
            .map(({ number, sizeBytes, md5, digest, kind, id }): StoredPart => ({
              number,
              sizeBytes,
              etag: Buffer.from(md5).toString('hex'),
              ...(algorithm && { checksum: Buffer.from(digest).toString('base64') }),
              content: { kind, id, sizeBytes },
            })),
        ),
    }),
  );

const part = (number: number): StoredPart => ({
  number,
  sizeBytes: 1,
  etag: '0'.repeat(32),
  content: { kind: 'blob', id: 'a', sizeBytes: 1 },
});

test('a row of parts gives every part back', () => {
  fc.assert(
    fc.property(tables, ({ parts, algorithm }) => {
      const table = decodeParts(encodeParts(parts, algorithm));
      expect(table.count).toBe(parts.length);
      expect(table.algorithm).toBe(algorithm);
      expect(table.sizeBytes).toBe(parts.reduce((sum, part) => sum + part.sizeBytes, 0));
      expect(parts.map((_, index) => table.at(index))).toEqual(parts);
    }),
  );
});

test('a part is found by its number, and only when it is there', () => {
  fc.assert(
    fc.property(tables, fc.integer({ min: 0, max: 10_001 }), ({ parts, algorithm }, number) => {
      const table = decodeParts(encodeParts(parts, algorithm));
      let start = 0;
      for (const [index, part] of parts.entries()) {
        const end = start + part.sizeBytes;
        expect(table.find(part.number)).toEqual({ index, range: { start, end } });
        start = end;
      }
      const known = parts.some((part) => part.number === number);
      expect(table.find(number) !== undefined).toBe(known);
    }),
  );
});

test('a slice names exactly the contents that hold a byte of the range', () => {
  fc.assert(
    fc.property(tables, fc.nat(60), fc.integer({ min: 1, max: 60 }), (made, start, length) => {
      const table = decodeParts(encodeParts(made.parts));
      const end = Math.min(start + length, table.sizeBytes);
      fc.pre(start < end);
      const { contents, range } = table.slice({ start, end });
      expect(range.end - range.start).toBe(end - start);

      let offset = 0;
      let before: number | undefined;
      const expected = [];
      for (const { content } of made.parts) {
        if (offset < end && offset + content.sizeBytes > start) {
          before ??= offset;
          // An empty part in the middle costs nothing and may be named or not.
          if (content.sizeBytes > 0) expected.push(content);
        }
        offset += content.sizeBytes;
      }
      expect(contents.filter((content) => content.sizeBytes > 0)).toEqual(expected);
      expect(range.start).toBe(start - (before ?? 0));
    }),
  );
});

test('parts out of order, without their checksum or with an ETag that is no MD5 are refused', () => {
  expect(() => encodeParts([part(2), part(1)])).toThrow('ascend');
  expect(() => encodeParts([part(1), part(1)])).toThrow('ascend');
  expect(() => encodeParts([part(1)], 'CRC32')).toThrow('checksum');
  expect(() => encodeParts([{ ...part(1), etag: 'abc' }])).toThrow('MD5');
});
