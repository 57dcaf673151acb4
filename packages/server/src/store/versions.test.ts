import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openMemoryMetadata } from '../metadata/memory.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import type { Versioning } from './bucket.ts';
import { createStore } from './create-store.ts';
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
    assert.equal(version.id === 'null', model.versioning !== 'Enabled');
    model.add(it.key, version.id, it.body);
  } else if (it.kind === 'remove') {
    const removed = await objects.remove(bucket, it.key);
    assert.equal(removed.marker, model.versioning !== undefined);
    if (model.versioning === undefined) model.drop(it.key, 'null');
    else model.add(it.key, removed.version?.id, undefined);
  } else {
    const versions = model.of(it.key);
    const known = versions[it.nth];
    const versionId = known?.id ?? '0'.repeat(32);
    const removed = await objects.remove(bucket, it.key, { versionId });
    assert.equal(removed.version?.id, known?.id);
    assert.equal(removed.marker, known !== undefined && known.body === undefined);
    model.drop(it.key, versionId);
  }
}

/** What a client can see and the model does not say. */
async function disagreements(
  { objects, buckets, metadata }: Store,
  model: Model,
): Promise<readonly string[]> {
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
      assert.equal(open && String(await readAll(await open.read())), content);
      const marker = await objects.marker(bucket, name, id);
      assert.equal(marker?.version.id, content === undefined ? id : undefined);
    }
    const [latest] = versions;
    const open = await objects.open(bucket, name);
    assert.equal(open && String(await readAll(await open.read())), latest?.body);
    if (latest?.body !== undefined) current.push(name);
  }
  for (const limit of [1, 3, 1000]) assert.deepEqual(await listAll(limit), expected);
  const listing = await objects.list(bucket, { prefix: '', delimiter: '', after: '', limit: 99 });
  assert.deepEqual(
    listing.objects.map((object) => object.key),
    current,
  );
  return audit(metadata);

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

/** An engine whose calls take turns in ever other orders. */
function shuffled(metadata: MetadataEngine, delays: readonly number[]): MetadataEngine {
  let call = 0;
  const wait = async (): Promise<void> => {
    const turns = delays[call++ % delays.length] ?? 0;
    for (let turn = 0; turn < turns; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    get: async (key) => {
      await wait();
      return metadata.get(key);
    },
    scan: async (scan) => {
      await wait();
      return metadata.scan(scan);
    },
    commit: async (commit) => {
      await wait();
      return metadata.commit(commit);
    },
    close: () => metadata.close(),
  };
}

const delays = fc.array(fc.nat(3), { minLength: 5, maxLength: 20 });

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
      expect(await disagreements(store, model)).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 30_000);

test('whatever is done to one key at the same time, its versions are in order and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 40 }),
      delays,
      async (steps, turns) => {
        const metadata = openMemoryMetadata();
        const store = await openTestStore({ metadata: shuffled(metadata, turns) });
        const { objects, buckets, bucket } = store;
        await buckets.configure(bucket, { versioning: 'Enabled' });
        const ids: string[] = [];
        let gone = 0;
        const act = async (it: Step): Promise<void> => {
          const now = (await buckets.find('bucket')) ?? bucket;
          if (it.kind === 'put') {
            ids.push((await objects.put(now, putRequest('a', it.body))).version.id);
          } else if (it.kind === 'remove') {
            ids.push((await objects.remove(now, 'a')).version?.id ?? '');
          } else if (it.kind === 'remove version') {
            // Of the latest, because it is there that something else becomes current.
            const versionId = ids.at(-1 - it.nth) ?? '0'.repeat(32);
            const { version } = await objects.remove(now, 'a', { versionId });
            if (version !== undefined) gone += 1;
          }
        };
        for (const it of steps.slice(0, 6)) await act(it);
        await Promise.all(steps.slice(6).map(act));
        expect(await audit(metadata)).toEqual([]);
        const now = (await buckets.find('bucket')) ?? bucket;
        const query = { prefix: '', delimiter: '', afterKey: '', afterVersionId: '', limit: 1000 };
        const { versions } = await objects.listVersions(now, query);
        expect(versions).toHaveLength(ids.length - gone);
        expect(new Set(ids).size).toBe(ids.length);
      },
    ),
    { numRuns: 40 },
  );
}, 30_000);

test('versioning that is suspended in between loses nothing but null versions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 40 }),
      delays,
      async (steps, turns) => {
        const metadata = openMemoryMetadata();
        const store = await openTestStore({ metadata: shuffled(metadata, turns) });
        const { objects, buckets, bucket } = store;
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
      },
    ),
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
  const store = await openTestStore();
  const { objects, buckets, bucket, metadata } = store;
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
  const counting = createStore({
    metadata: {
      ...metadata,
      scan: async (asked) => {
        const found = await metadata.scan(asked);
        rows += found.length;
        return found;
      },
    },
    data: store.data,
    now: () => 0,
    random: randomBytes,
  });
  const pages: unknown[] = [];
  let after = { lastKey: '', lastVersionId: '' };
  for (let page = 0; page < 3; page += 1) {
    const listing = await counting.objects.listVersions(now, {
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

test('a delete marker that goes while another comes makes nothing current', async () => {
  await fc.assert(
    fc.asyncProperty(delays, async (turns) => {
      const metadata = openMemoryMetadata();
      const { objects, buckets, bucket } = await openTestStore({
        metadata: shuffled(metadata, turns),
      });
      await buckets.configure(bucket, { versioning: 'Enabled' });
      const now = (await buckets.find('bucket')) ?? bucket;
      await objects.put(now, putRequest('a', 'x'));
      const { version } = await objects.remove(now, 'a');
      await Promise.all([
        objects.remove(now, 'a', { versionId: version?.id ?? '' }),
        objects.remove(now, 'a'),
      ]);
      expect(await audit(metadata)).toEqual([]);
      expect(await objects.open(now, 'a')).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});
