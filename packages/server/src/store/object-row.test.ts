import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { EngineError } from '../engine-error.ts';
import { stampAt } from './version.ts';
import type { ObjectContent } from './content.ts';
import { decodeObject, encodeObject } from './object-row.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Leaves out what is undefined: absent and undefined are not the same to the compiler. */
function present<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left is not undefined
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const timesMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const stamps = timesMs.map((ms) => stampAt(ms));
const versions = fc.oneof(
  stamps.map((stamp) => ({ id: 'null', stamp })),
  stamps.map((stamp) => ({ id: `${stamp}0123456789abcdef`, stamp })),
);
const objects = fc
  .record({
    key: text,
    sizeBytes: fc.maxSafeNat(),
    etag: fc.stringMatching(/^[0-9a-f]{32}(-[0-9]{1,5})?$/),
    modifiedMs: timesMs,
    owner: text,
    headers: fc
      .record({
        contentType: some(text),
        cacheControl: some(text),
        contentDisposition: some(text),
        contentEncoding: some(text),
        contentLanguage: some(text),
        expires: some(text),
        websiteRedirectLocation: some(text),
      })
      .map(present),
    userMetadata: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text),
    storageClass: some(fc.constantFrom('STANDARD_IA', 'GLACIER')),
    checksum: some(
      fc.record({
        algorithm: fc.constantFrom('CRC32' as const, 'SHA256' as const),
        type: fc.constantFrom('FULL_OBJECT' as const, 'COMPOSITE' as const),
        value: text,
      }),
    ),
    tags: some(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 })),
    partsCount: some(fc.integer({ min: 1, max: 10_000 })),
    version: versions,
  })
  .map(present);

test('a row gives back the object that it was made from', () => {
  fc.assert(
    fc.property(objects, fc.constantFrom('row', 'blob', 'parts'), text, (object, kind, id) => {
      const { sizeBytes } = object;
      const content: ObjectContent = kind === 'parts' ? { kind, id } : { kind, id, sizeBytes };
      const row = encodeObject({ object, content });
      expect(decodeObject(object.key, row)).toEqual({ object, content });
    }),
  );
});

test.each(['', '{}', '[]', '[2,0]', '[1,0,"e",0,"o","r",7,[]]', '[1', '\u00ff'])(
  'bytes that are no row are corrupt, not an object: %j',
  (bytes) => {
    expect(() => decodeObject('key', Buffer.from(bytes, 'latin1'))).toThrow(EngineError);
  },
);
