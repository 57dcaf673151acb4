import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { MetadataEngine, Scan } from '../metadata/engine.ts';
import { stampAt } from './version.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import type { Bucket } from './bucket.ts';
import { objectKey } from './keyspace.ts';
import { createListing } from './listing.ts';
import type { Listing, ListQuery, StoredObject } from './object.ts';

const bucket: Bucket = {
  id: '0123456789abcdef',
  name: 'bucket',
  createdMs: 0,
  region: 'us-east-1',
  owner: 'owner',
};

const object = (key: string): StoredObject => ({
  key,
  sizeBytes: 0,
  etag: '',
  modifiedMs: 0,
  owner: 'owner',
  headers: {},
  userMetadata: {},
  version: { id: 'null', stamp: stampAt(0) },
});

async function filled(keys: readonly string[]): Promise<MetadataEngine> {
  const metadata = openMemoryMetadata();
  const value = Buffer.from('x');
  // Rows of the buckets next door must never show.
  for (const id of ['0123456789abcdee', bucket.id, '0123456789abcdf0']) {
    await metadata.commit({ puts: keys.map((key) => ({ key: objectKey(id, key), value })) });
  }
  return metadata;
}

const list = (metadata: MetadataEngine, query: Partial<ListQuery>): Promise<Listing> =>
  createListing(metadata, object)(bucket, {
    prefix: '',
    delimiter: '',
    after: '',
    limit: 1000,
    ...query,
  });

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The definition, over everything at once: what a client sees without pages. */
function model(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const seen = new Set<string>();
  for (const key of keys.toSorted(compare)) {
    if (!key.startsWith(prefix)) continue;
    const hit = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    seen.add(hit < 0 ? `key ${key}` : `prefix ${key.slice(0, hit + delimiter.length)}`);
  }
  return [...seen];
}

const shown = ({ objects, commonPrefixes }: Listing): string[] =>
  [
    ...objects.map(({ key }) => ({ key, line: `key ${key}` })),
    ...commonPrefixes.map((key) => ({ key, line: `prefix ${key}` })),
  ]
    .toSorted((a, b) => compare(a.key, b.key))
    .map(({ line }) => line);

const units = ['\0', '\u0001', 'a', 'b', '/', '%', '\u00e9', '\uffff', '😀', '𐀀'];
const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...units), minLength, maxLength });
const keys = fc.uniqueArray(text(1, 5), { maxLength: 60 });
const delimiter = fc.oneof(fc.constantFrom('', '/', 'a', '//', '\uffff', '😀', '\0'), text(1, 2));

test('the pages of a listing, put together, are the whole listing in byte order', async () => {
  await fc.assert(
    fc.asyncProperty(
      keys,
      text(0, 2),
      delimiter,
      fc.integer({ min: 1, max: 7 }),
      async (keys, prefix, delimiter, limit) => {
        const metadata = await filled(keys);
        const expected = model(keys, prefix, delimiter);
        const collected: string[] = [];
        let after = '';
        for (;;) {
          const page = await list(metadata, { prefix, delimiter, after, limit });
          const lines = shown(page);
          expect(lines.length).toBe(Math.min(limit, expected.length - collected.length));
          collected.push(...lines);
          expect(page.truncated).toBe(collected.length < expected.length);
          expect(page.last).toBe(lines.at(-1)?.replace(/^\w+ /, '') ?? '');
          if (!page.truncated) break;
          after = page.last;
        }
        expect(collected).toEqual(expected);
      },
    ),
    { numRuns: 400 },
  );
});

test('a listing after any string begins behind it, and behind the common prefix it lies in', async () => {
  await fc.assert(
    fc.asyncProperty(
      keys,
      text(0, 2),
      delimiter,
      text(1, 6),
      async (keys, prefix, delimiter, after) => {
        const metadata = await filled(keys);
        const hit =
          delimiter === '' || !after.startsWith(prefix)
            ? -1
            : after.indexOf(delimiter, prefix.length);
        const skipped = hit < 0 ? undefined : after.slice(0, hit + delimiter.length);
        const rest = keys.filter((key) => compare(key, after) > 0);
        const expected = model(
          rest.filter((key) => skipped === undefined || !key.startsWith(skipped)),
          prefix,
          delimiter,
        );
        expect(shown(await list(metadata, { prefix, delimiter, after }))).toEqual(expected);
      },
    ),
    { numRuns: 400 },
  );
});

test('a limit of zero lists nothing and is not truncated', async () => {
  const metadata = await filled(['a']);
  expect(await list(metadata, { limit: 0 })).toEqual({
    objects: [],
    commonPrefixes: [],
    truncated: false,
    last: '',
  });
});

test('a prefix or a start that no key could reach is no error', async () => {
  const long = 'x'.repeat(5000);
  const metadata = await filled(['a', 'z', `${'x'.repeat(1023)}y`]);
  expect(shown(await list(metadata, { prefix: long }))).toEqual([]);
  expect(shown(await list(metadata, { after: long }))).toEqual([
    `key ${'x'.repeat(1023)}y`,
    'key z',
  ]);
  expect(shown(await list(metadata, { after: `${long}/`, delimiter: '/' }))).toEqual([
    `key ${'x'.repeat(1023)}y`,
    'key z',
  ]);
});

test('common prefixes cost what they return, not what lies inside of them', async () => {
  const keys = Array.from({ length: 200 }, (_, folder) =>
    Array.from({ length: 100 }, (_, file) => `${folder}/${file}`),
  ).flat();
  const metadata = await filled(keys);
  let read = 0;
  let scans = 0;
  const counting: MetadataEngine = {
    ...metadata,
    scan: async (scan: Scan) => {
      const entries = await metadata.scan(scan);
      scans += 1;
      read += entries.length;
      return entries;
    },
  };
  expect((await list(counting, { delimiter: '/' })).commonPrefixes).toHaveLength(200);
  expect(read).toBeLessThan(600);
  expect(scans).toBeLessThan(300);

  scans = 0;
  expect((await list(counting, {})).objects).toHaveLength(1000);
  expect(scans).toBe(1);

  scans = 0;
  expect((await list(counting, { delimiter: '|' })).objects).toHaveLength(1000);
  expect(scans).toBeLessThan(6);
});
