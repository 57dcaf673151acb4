import assert from 'node:assert/strict';
import type { Bucket } from './bucket.ts';
import { type BucketModel, byBytes, rolledUp } from './history-model-for-tests.ts';
import type { Tags } from './object.ts';
import type { Store } from './store.ts';
import { readAll } from './store-for-tests.ts';

/** A bucket as it is, and as it should be. */
export interface Place {
  readonly store: Store;
  readonly model: BucketModel;
  readonly bucket: Bucket;
}

export interface Query {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
}

/** All versions of a key are what the model says, and read so. */
export async function requireKey({ store, model, bucket }: Place, key: string): Promise<void> {
  const { objects } = store;
  assert.equal((await objects.open(bucket, key))?.object.version.id, model.current(key)?.id);
  for (const version of model.of(key)) {
    const versionId = version.id;
    const open = await objects.open(bucket, key, { versionId });
    if (version.body === undefined) {
      assert.equal(open, undefined);
      assert.equal((await objects.marker(bucket, key, versionId))?.version.id, versionId);
      continue;
    }
    assert.equal(open?.object.etag, version.etag);
    assert.equal(told(open.object.tags ?? []), version.tags);
    assert.equal(open.object.partsCount, version.parts?.length);
    assert.ok((await readAll(await open.read())).equals(version.body), 'the bytes');
  }
}

/** All pages of a listing. */
export async function requireListing({ store, model, bucket }: Place, query: Query): Promise<void> {
  const { prefix, delimiter, limit } = query;
  const found: string[] = [];
  let after = '';
  for (let more = true; more;) {
    const page = await store.objects.list(bucket, { prefix, delimiter, after, limit });
    const entries = [
      ...page.objects.map(({ key }) => [key, `key ${key}`] as const),
      ...page.commonPrefixes.map((common) => [common, `prefix ${common}`] as const),
    ].toSorted(([one], [other]) => byBytes(one, other));
    found.push(...entries.map(([, entry]) => entry));
    after = page.last;
    more = page.truncated;
  }
  assert.deepEqual(found, model.list(prefix, delimiter));
}

export async function requireVersions(
  { store, model, bucket }: Place,
  query: Query,
): Promise<void> {
  const { prefix, limit } = query;
  const found: string[] = [];
  let page = { lastKey: '', lastVersionId: '', truncated: true };
  while (page.truncated) {
    const listing = await store.objects.listVersions(bucket, {
      prefix,
      delimiter: '',
      limit,
      afterKey: page.lastKey,
      afterVersionId: page.lastVersionId,
    });
    for (const each of listing.versions) {
      const { key, version } = each.kind === 'object' ? each.object : each.marker;
      found.push(`${key} ${version.id} ${each.kind} ${each.latest}`);
    }
    page = listing;
  }
  const expected = model
    .keys()
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) =>
      model.of(key).map(({ id, body }, index) => {
        const kind = body === undefined ? 'marker' : 'object';
        return `${key} ${id} ${kind} ${index === 0}`;
      }),
    );
  assert.deepEqual(found, expected);
}

export async function requireUploads({ store, model, bucket }: Place, query: Query): Promise<void> {
  const { prefix, delimiter, limit } = query;
  const uploads = new Set<string>();
  const prefixes: string[] = [];
  let page = { lastKey: '', lastId: '', truncated: true };
  while (page.truncated) {
    const listing = await store.uploads.list(bucket, {
      prefix,
      delimiter,
      limit,
      afterKey: page.lastKey,
      afterId: page.lastId,
    });
    for (const { id } of listing.uploads) uploads.add(id);
    prefixes.push(...listing.commonPrefixes);
    page = listing;
  }
  const sorted = [...model.uploads.values()].map(({ key }) => key).toSorted(byBytes);
  const expected = rolledUp(sorted, prefix, delimiter);
  assert.deepEqual(
    prefixes.map((each) => `prefix ${each}`),
    expected.filter((entry) => entry.startsWith('prefix ')),
  );
  const whole = new Set(expected);
  const listed = [...model.uploads].filter(([, { key }]) => whole.has(`key ${key}`));
  assert.deepEqual(uploads, new Set(listed.map(([id]) => id)));
}

export const told = (tags: Tags): string => tags.map((tag) => tag.join('=')).join('&');
