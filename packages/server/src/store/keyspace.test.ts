import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  partNumberOf,
  prefixRange,
  uploadIdOf,
  uploadKey,
  uploadKeyPrefix,
  uploadObjectKeyOf,
  uploadPartKey,
  uploadPartsPrefix,
} from './keyspace.ts';

const bucketId = '0123456789abcdef';
const nastyKey = fc.string({
  unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', 'b', '/', '\uffff', '😀'),
  minLength: 1,
  maxLength: 6,
});
const uploadId = fc.constantFrom('00'.repeat(22), '01'.repeat(22), 'ff'.repeat(22));

test('uploads are ordered by the bytes of their keys, then by upload id', () => {
  fc.assert(
    fc.property(nastyKey, uploadId, nastyKey, uploadId, (a, idA, b, idB) => {
      const byKey = Buffer.compare(Buffer.from(a), Buffer.from(b));
      const byId = Buffer.compare(Buffer.from(idA, 'hex'), Buffer.from(idB, 'hex'));
      expect(Buffer.compare(uploadKey(bucketId, a, idA), uploadKey(bucketId, b, idB))).toBe(
        byKey === 0 ? byId : byKey,
      );
    }),
  );
});

test('the range of a key prefix holds the uploads of the keys that begin with it and no others', () => {
  fc.assert(
    fc.property(nastyKey, nastyKey, uploadId, (prefix, key, id) => {
      const { from, until } = prefixRange(uploadKeyPrefix(bucketId, prefix));
      const row = uploadKey(bucketId, key, id);
      const inside = Buffer.compare(from, row) <= 0 && Buffer.compare(row, until) < 0;
      expect(inside).toBe(key.startsWith(prefix));
    }),
  );
});

test('a part number survives its key', () => {
  const id = 'ab'.repeat(22);
  for (const number of [0, 1, 255, 256, 10_000]) {
    const key = uploadPartKey(id, number);
    expect(partNumberOf(key)).toBe(number);
    expect(Buffer.from(key).subarray(0, -2)).toEqual(uploadPartsPrefix(id));
  }
});

test('an object key and an upload id survive the key of an upload', () => {
  fc.assert(
    fc.property(nastyKey, uploadId, (key, id) => {
      const row = Buffer.from(uploadKey(bucketId, key, id));
      expect(uploadObjectKeyOf(row).toString()).toBe(key);
      expect(uploadIdOf(row)).toBe(id);
    }),
  );
});
