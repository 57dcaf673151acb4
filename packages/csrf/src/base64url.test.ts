import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from './base64url.ts';

test('writes what Node writes, and reads it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64url(text)).toEqual(bytes);
    }),
  );
});

test('what it reads has one text only', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('ABw-_09=+/ é')), maxLength: 12 });
  fc.assert(
    fc.property(text, (written) => {
      const bytes = fromBase64url(written);
      expect(bytes === undefined || toBase64url(bytes) === written).toBe(true);
    }),
  );
});

test.each(['A', 'AAAAA', 'AB', 'AAB', 'AA=', 'A+', 'A/', 'A A', 'é', '\u{1f600}', '\u0100A'])(
  '%j is none',
  (text) => {
    expect(fromBase64url(text)).toBeUndefined();
  },
);
