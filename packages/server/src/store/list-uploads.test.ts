import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import { openUploadStore } from './uploads-for-tests.ts';

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const text = (minLength: number, maxLength: number) =>
  fc.string({
    unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', '/', '\uffff', '😀'),
    minLength,
    maxLength,
  });

test('the pages of a listing, put together, are all uploads: by key, and by age within a key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(text(1, 3), { maxLength: 25 }),
      text(0, 1),
      fc.oneof(fc.constant(''), text(1, 2)),
      fc.integer({ min: 1, max: 5 }),
      async (keys, prefix, delimiter, limit) => {
        const { uploads, bucket, begin, clock } = await openUploadStore();
        const begun: { key: string; id: string }[] = [];
        for (const key of keys) {
          clock.nowMs += 1;
          begun.push(await begin(key));
        }
        const expected = new Set<string>();
        // The sort is stable, so uploads of one key stay in the order in which they began.
        for (const { key, id } of begun.toSorted((a, b) => compare(a.key, b.key))) {
          if (!key.startsWith(prefix)) continue;
          const hit = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
          expected.add(hit < 0 ? `${key} ${id}` : key.slice(0, hit + delimiter.length));
        }

        const collected: string[] = [];
        let afterKey = '';
        let afterId = '';
        for (;;) {
          const page = await uploads.list(bucket, { prefix, delimiter, afterKey, afterId, limit });
          const lines = [
            ...page.uploads.map(({ key, id }) => ({ key, line: `${key} ${id}` })),
            ...page.commonPrefixes.map((key) => ({ key, line: key })),
          ].toSorted((a, b) => compare(a.key, b.key));
          collected.push(...lines.map(({ line }) => line));
          expect(lines.length).toBeLessThanOrEqual(limit);
          expect(page.truncated).toBe(collected.length < expected.size);
          if (!page.truncated) break;
          afterKey = page.lastKey;
          afterId = page.lastId;
        }
        expect(collected).toEqual([...expected]);
      },
    ),
    { numRuns: 200 },
  );
});

test('a key alone as the marker leaves out all of its uploads', async () => {
  const { uploads, bucket, begin } = await openUploadStore();
  for (const key of ['a', 'b', 'b', 'b\0', 'b\u0001', 'c']) await begin(key);
  const page = { prefix: '', delimiter: '', afterKey: 'b', afterId: '', limit: 1000 };
  const { uploads: found } = await uploads.list(bucket, page);
  expect(found.map(({ key }) => key)).toEqual(['b\0', 'b\u0001', 'c']);
  const long = await uploads.list(bucket, { ...page, afterKey: 'b'.repeat(4000) });
  expect(long.uploads.map(({ key }) => key)).toEqual(['c']);
});

test('an upload that ended between two pages does not stop the next one', async () => {
  const { uploads, bucket, begin, clock } = await openUploadStore();
  const first = await begin('a');
  clock.nowMs += 1;
  const second = await begin('a');
  await uploads.abort(bucket, 'a', first.id);
  const { uploads: found } = await uploads.list(bucket, {
    prefix: '',
    delimiter: '',
    afterKey: 'a',
    afterId: first.id,
    limit: 10,
  });
  expect(found).toEqual([second]);
});
