import * as fc from 'fast-check';
import type { Bytes, Check, Commit, CommitResult, Entry, KeyRange, Scan } from './engine.ts';

/** What a metadata engine is, in the most obvious way: a sorted array. */
export type Model = readonly Entry[];

/** The order of the port, spelled out rather than borrowed from what an engine may use. */
export function compareBytes(a: Bytes, b: Bytes): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const inRange = ({ from, until }: KeyRange, key: Bytes): boolean =>
  compareBytes(from, key) <= 0 && compareBytes(key, until) < 0;

const isAt =
  (key: Bytes) =>
  (entry: Entry): boolean =>
    compareBytes(entry.key, key) === 0;

export function scanModel(model: Model, scan: Scan): Model {
  return model.filter(({ key }) => inRange(scan, key)).slice(0, scan.limit);
}

function holds(model: Model, check: Check): boolean {
  if ('empty' in check) return !model.some(({ key }) => inRange(check.empty, key));
  const present = model.find(isAt(check.key))?.value;
  if (check.value === undefined || present === undefined) return check.value === present;
  return compareBytes(present, check.value) === 0;
}

/** What a commit answers, and what is there afterwards. */
export function apply(
  model: Model,
  commit: Commit,
): { readonly result: CommitResult; readonly after: Model } {
  const failed = (commit.checks ?? []).findIndex((check) => !holds(model, check));
  if (failed !== -1) return { result: { ok: false, failed }, after: model };
  let after = [...model];
  for (const key of commit.deletes ?? []) after = after.filter((entry) => !isAt(key)(entry));
  for (const put of commit.puts ?? []) {
    after = after.filter((entry) => !isAt(put.key)(entry));
    after.push(put);
  }
  return { result: { ok: true }, after: after.toSorted((a, b) => compareBytes(a.key, b.key)) };
}

/** Few different keys, so that histories meet again; with the bytes that break orderings, and keys
 * that are prefixes of each other. */
export const arbitraryKey: fc.Arbitrary<Bytes> = fc.oneof(
  fc
    .array(fc.constantFrom(0x00, 0x01, 0x61, 0xff), { minLength: 1, maxLength: 3 })
    .map((units) => Uint8Array.from(units)),
  fc
    .constantFrom('é', '\u{ffff}', '😀', 'a', 'a\0', 'ab')
    .map((text) => new TextEncoder().encode(text)),
);

const arbitraryValue: fc.Arbitrary<Bytes> = fc.oneof(
  fc.constantFrom(new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(1, 0)),
  fc.constant(new Uint8Array(5000).fill(5)),
);

const arbitraryCheck: fc.Arbitrary<Check> = fc.oneof(
  fc.record({ key: arbitraryKey, value: fc.option(arbitraryValue, { nil: undefined }) }),
  fc.record({ empty: fc.record({ from: arbitraryKey, until: arbitraryKey }) }),
);

export const arbitraryCommit: fc.Arbitrary<Commit> = fc.record(
  {
    checks: fc.array(arbitraryCheck, { maxLength: 2 }),
    puts: fc.array(fc.record({ key: arbitraryKey, value: arbitraryValue }), { maxLength: 4 }),
    deletes: fc.array(arbitraryKey, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
