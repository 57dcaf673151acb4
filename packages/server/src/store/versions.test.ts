import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Versioning } from './bucket.ts';
import { openTestStore, putRequest, readAll } from './store-for-tests.ts';
import { audit } from './uploads-for-tests.ts';

type Store = Awaited<ReturnType<typeof openTestStore>>;

/** A version as a client sees it, newest first. */
interface Known {
  readonly id: string;
  /** Undefined: a delete marker. */
  readonly body: string | undefined;
}

type Step =
  | { readonly kind: 'put'; readonly key: string; readonly body: string }
  | { readonly kind: 'remove'; readonly key: string; readonly body: string }
  | { readonly kind: 'remove version'; readonly key: string; readonly nth: number }
  | { readonly kind: 'versioning'; readonly to: Versioning };

const keys = ['a', 'a/b', 'a\0', 'b\u0001/c', 'ü'];
const key = fc.constantFrom(...keys);
// More than a few bytes, so that some lie in blobs.
const body = fc.oneof(fc.string({ maxLength: 4 }), fc.constant('x'.repeat(20_000)));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key, body }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), key, body }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('remove version' as const), key, nth: fc.nat(5) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('versioning' as const),
      to: fc.constantFrom('Enabled' as const, 'Suspended' as const),
    }),
  },
);

/** What S3 says becomes of the versions of a key. */
class Model {
  readonly #versions = new Map<string, Known[]>(keys.map((name) => [name, []]));
  versioning: Versioning | undefined;

  of(name: string): readonly Known[] {
    return this.#versions.get(name) ?? [];
  }

  /** @param id of what was written; undefined: nothing was. */
  add(name: string, id: string | undefined, content: string | undefined): void {
    const before = this.of(name);
    const kept = this.versioning === 'Enabled' ? before : before.filter(({ id }) => id !== 'null');
    this.#versions.set(name, id === undefined ? [...kept] : [{ id, body: content }, ...kept]);
  }

  drop(name: string, gone: string): void {
    this.#versions.set(
      name,
      this.of(name).filter(({ id }) => id !== gone),
    );
  }
}

async function run(store: Store, model: Model, it: Step): Promise<void> {
  const { objects, buckets } = store;
  const bucket = await buckets.find('bucket');
  if (bucket === undefined) throw new Error('the bucket is gone');
  if (it.kind === 'versioning') {
    await buckets.configure(bucket, { versioning: it.to });
    model.versioning = it.to;
  } else if (it.kind === 'put') {
    const { version } = await objects.put(bucket, putRequest(it.key, it.body));
    expect(version.id === 'null').toBe(model.versioning !== 'Enabled');
    model.add(it.key, version.id, it.body);
  } else if (it.kind === 'remove') {
    const removed = await objects.remove(bucket, it.key);
    expect(removed.marker).toBe(model.versioning !== undefined);
    if (model.versioning === undefined) model.drop(it.key, 'null');
    else model.add(it.key, removed.version?.id, undefined);
  } else {
    const versions = model.of(it.key);
    const known = versions[it.nth];
    const versionId = known?.id ?? '0'.repeat(32);
    const removed = await objects.remove(bucket, it.key, { versionId });
    expect(removed.version?.id).toBe(known?.id);
    expect(removed.marker).toBe(known !== undefined && known.body === undefined);
    model.drop(it.key, versionId);
  }
}

/** Everything that a client can see agrees with the model. */
async function agree({ objects, buckets, metadata }: Store, model: Model): Promise<void> {
  const bucket = await buckets.find('bucket');
  if (bucket === undefined) throw new Error('the bucket is gone');
  const expected: unknown[] = [];
  const current: string[] = [];
  for (const name of keys.toSorted((one, other) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  )) {
    const versions = model.of(name);
    for (const [index, { id, body: content }] of versions.entries()) {
      expected.push([name, id, content === undefined, index === 0]);
      const open = await objects.open(bucket, name, { versionId: id });
      expect(open && String(await readAll(await open.read()))).toBe(content);
      const marker = await objects.marker(bucket, name, id);
      expect(marker?.version.id).toBe(content === undefined ? id : undefined);
    }
    const [latest] = versions;
    const open = await objects.open(bucket, name);
    expect(open && String(await readAll(await open.read()))).toBe(latest?.body);
    if (latest?.body !== undefined) current.push(name);
  }
  for (const limit of [1, 3, 1000]) expect(await listAll(limit)).toEqual(expected);
  const listing = await objects.list(bucket, { prefix: '', delimiter: '', after: '', limit: 99 });
  expect(listing.objects.map((object) => object.key)).toEqual(current);
  expect(await audit(metadata)).toEqual([]);

  async function listAll(limit: number): Promise<unknown[]> {
    const all: unknown[] = [];
    let page = { lastKey: '', lastVersionId: '', truncated: true };
    while (page.truncated) {
      const listing = await objects.listVersions(bucket ?? noBucket(), {
        prefix: '',
        delimiter: '',
        limit,
        afterKey: page.lastKey,
        afterVersionId: page.lastVersionId,
      });
      all.push(
        ...listing.versions.map((each) =>
          each.kind === 'object'
            ? [each.object.key, each.object.version.id, false, each.latest]
            : [each.marker.key, each.marker.version.id, true, each.latest],
        ),
      );
      page = listing;
    }
    return all;
  }
}

function noBucket(): never {
  throw new Error('the bucket is gone');
}

test('any history of versions goes as S3 says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const store = await openTestStore();
      const model = new Model();
      for (const it of steps) {
        // A clock that stands still, or goes back, does not change the order.
        store.clock.nowMs += it.kind === 'put' ? 1 : -1;
        await run(store, model, it);
      }
      await agree(store, model);
    }),
    { numRuns: 60 },
  );
}, 30_000);

test('whatever is done to one key at the same time, its versions are in order and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      const { objects, buckets, bucket, metadata } = await openTestStore();
      await buckets.configure(bucket, { versioning: 'Enabled' });
      const ids: string[] = [];
      let put = 0;
      let gone = 0;
      await Promise.all(
        steps.map(async (it) => {
          const now = (await buckets.find('bucket')) ?? bucket;
          if (it.kind === 'versioning') return;
          if (it.kind === 'put') {
            const { version } = await objects.put(now, putRequest('a', it.body));
            ids.push(version.id);
            put += 1;
          } else if (it.kind === 'remove') {
            const { version } = await objects.remove(now, 'a');
            ids.push(version?.id ?? '');
            put += 1;
          } else {
            const versionId = ids[it.nth];
            if (versionId === undefined) return;
            const { version } = await objects.remove(now, 'a', { versionId });
            if (version !== undefined) gone += 1;
          }
        }),
      );
      expect(await audit(metadata)).toEqual([]);
      const now = (await buckets.find('bucket')) ?? bucket;
      const query = { prefix: '', delimiter: '', afterKey: '', afterVersionId: '', limit: 1000 };
      const { versions } = await objects.listVersions(now, query);
      expect(versions).toHaveLength(put - gone);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 40 },
  );
}, 30_000);

test('versioning that is suspended in between loses nothing but null versions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      const { objects, buckets, bucket, metadata } = await openTestStore();
      await buckets.configure(bucket, { versioning: 'Enabled' });
      const kept = new Set<string>();
      await Promise.all(
        steps.map(async (it) => {
          const now = (await buckets.find('bucket')) ?? bucket;
          if (it.kind === 'versioning') await buckets.configure(bucket, { versioning: it.to });
          else if (it.kind === 'put') {
            const { version } = await objects.put(now, putRequest('a', it.body));
            if (version.id !== 'null') kept.add(version.id);
          } else await objects.remove(now, 'a');
        }),
      );
      expect(await audit(metadata)).toEqual([]);
      const now = (await buckets.find('bucket')) ?? bucket;
      for (const versionId of kept)
        expect(await objects.open(now, 'a', { versionId })).toBeDefined();
    }),
    { numRuns: 40 },
  );
}, 30_000);

test('a write that was decided before versions were kept overwrites nothing after', async () => {
  const { objects, buckets, bucket } = await openTestStore();
  await objects.put(bucket, putRequest('a', 'old'));
  await buckets.configure(bucket, { versioning: 'Enabled' });
  // The bucket as the request found it kept none.
  const { version } = await objects.put(bucket, putRequest('a', 'new'));
  expect(version.id).not.toBe('null');
  const now = (await buckets.find('bucket')) ?? bucket;
  const old = await objects.open(now, 'a', { versionId: 'null' });
  expect(old && String(await readAll(await old.read()))).toBe('old');
});

test('versions keep a bucket alive, delete markers too', async () => {
  const { objects, buckets, bucket } = await openTestStore();
  await buckets.configure(bucket, { versioning: 'Enabled' });
  const now = (await buckets.find('bucket')) ?? bucket;
  const { version } = await objects.remove(now, 'a');
  expect(await buckets.remove(now)).toBe('not-empty');
  await objects.remove(now, 'a', { versionId: version?.id ?? '' });
  expect(await buckets.remove(now)).toBe('removed');
});

test('common prefixes of versions are counted once, and cost a look each', async () => {
  const { objects, buckets, bucket, metadata } = await openTestStore();
  await buckets.configure(bucket, { versioning: 'Enabled' });
  const now = (await buckets.find('bucket')) ?? bucket;
  for (let folder = 0; folder < 5; folder += 1) {
    for (let index = 0; index < 50; index += 1) {
      await objects.put(now, putRequest(`${folder}/${index % 10}`, 'x'));
      if (index % 7 === 0) await objects.remove(now, `${folder}/${index % 10}`);
    }
  }
  await objects.put(now, putRequest('z', 'x'));
  let rows = 0;
  const { scan } = metadata;
  metadata.scan = async (asked) => {
    const found = await scan.call(metadata, asked);
    rows += found.length;
    return found;
  };
  const pages: unknown[] = [];
  let after = { lastKey: '', lastVersionId: '' };
  for (let page = 0; page < 3; page += 1) {
    const listing = await objects.listVersions(now, {
      prefix: '',
      delimiter: '/',
      afterKey: after.lastKey,
      afterVersionId: after.lastVersionId,
      limit: 2,
    });
    pages.push([...listing.commonPrefixes, listing.versions.length, listing.truncated]);
    after = listing;
  }
  expect(pages).toEqual([
    ['0/', '1/', 0, true],
    ['2/', '3/', 0, true],
    ['4/', 1, false],
  ]);
  expect(rows).toBeLessThan(120);
});
