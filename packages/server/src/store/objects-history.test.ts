import { Buffer } from 'node:buffer';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { DataEngine } from '../data/engine.ts';
import { openMemoryData } from '../data/memory.ts';
import { limits } from '../limits.ts';
import type { MetadataEngine } from '../metadata/engine.ts';
import { openMemoryMetadata } from '../metadata/memory.ts';
import { S3Error } from '../protocol/errors.ts';
import { decodeGarbage, garbagePrefix } from './garbage.ts';
import { prefixRange } from './keyspace.ts';
import { decodeObject } from './object-row.ts';
import { openTestStore, putRequest, readAll } from './store-for-tests.ts';

const keys = ['a', 'a/b', 'ä'] as const;

const step = fc.record({
  key: fc.constantFrom(...keys),
  kind: fc.constantFrom('put', 'put-absent', 'put-match', 'delete', 'get'),
  large: fc.boolean(),
  /** Which of the steps before a `put-match` expects to find. */
  of: fc.nat(30),
});

/** A state of a bucket: the ETag of each key that has an object. */
type State = ReadonlyMap<string, string>;

/** Engines whose answers come in an order that the seed decides, and that tell what they hold. */
function shuffled(delays: readonly number[]) {
  const metadata = openMemoryMetadata();
  const data = openMemoryData();
  const states: State[] = [new Map()];
  const blobs = new Set<string>();
  let turn = 0;
  const pause = async () => {
    for (let i = delays[turn++ % delays.length] ?? 0; i > 0; i--) await Promise.resolve();
  };
  const slow: MetadataEngine = {
    ...metadata,
    async get(key) {
      await pause();
      const value = await metadata.get(key);
      await pause();
      return value;
    },
    async commit(commit) {
      await pause();
      const result = await metadata.commit(commit);
      if (result.ok) states.push(stateAfter(states.at(-1) ?? new Map(), commit));
      await pause();
      return result;
    },
  };
  const counted: DataEngine = {
    ...data,
    async write(source, signal) {
      const blob = await data.write(source, signal);
      blobs.add(blob.id);
      return blob;
    },
    async remove(id) {
      await data.remove(id);
      blobs.delete(id);
    },
  };
  return { metadata: slow, data: counted, states, blobs };
}

function stateAfter(state: State, commit: Parameters<MetadataEngine['commit']>[0]): State {
  const next = new Map(state);
  for (const key of commit.deletes ?? []) if (key[0] === 0x6f) next.delete(keyOf(key));
  for (const { key, value } of commit.puts ?? []) {
    if (key[0] === 0x6f) next.set(keyOf(key), decodeObject('', value).object.etag);
  }
  return next;
}

const keyOf = (row: Uint8Array): string => Buffer.from(row.subarray(9)).toString('utf8');

const bodyOf = (index: number, large: boolean): Buffer =>
  Buffer.alloc(large ? limits.inlineBytesMax + 1 : 8, `${index}.`);

const etagOf = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

test('whatever writers do at once: every answer was true at some moment, nothing is lost or leaked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }),
      async (steps, delays) => {
        const engines = shuffled(delays);
        const { objects, bucket, metadata } = await openTestStore(engines);
        const { states, blobs } = engines;
        const bodies = steps.map(({ large }, index) => bodyOf(index, large));
        const expected = ({ of }: { of: number }) =>
          etagOf(bodies[of % bodies.length] ?? Buffer.alloc(0));

        async function run(index: number): Promise<void> {
          const it = steps[index];
          const body = bodies[index];
          if (it === undefined || body === undefined) return;
          const { key, kind } = it;
          const first = states.length - 1;
          // Some state between the call and its answer agrees with the answer.
          const witnessed = (holds: (etag: string | undefined) => boolean) =>
            states.slice(first).some((state) => holds(state.get(key)));
          const etag = etagOf(body);
          if (kind === 'get') {
            const open = await objects.open(bucket, key);
            const bytes = open && (await readAll(await open.read()));
            assert(witnessed((known) => known === open?.object.etag));
            assert.equal(bytes && etagOf(bytes), open?.object.etag);
            return;
          }
          if (kind === 'delete') {
            const removed = await objects.remove(bucket, key);
            assert(witnessed((known) => (known !== undefined) === (removed.version !== undefined)));
            assert(witnessed((known) => known === undefined));
            return;
          }
          const condition =
            kind === 'put'
              ? {}
              : { condition: kind === 'put-absent' ? { absent: true } : { etag: expected(it) } };
          const may = (known: string | undefined) =>
            kind === 'put' ||
            (kind === 'put-absent' ? known === undefined : known === expected(it));
          const failure: unknown = await objects.put(bucket, putRequest(key, body, condition)).then(
            () => undefined,
            (error) => error,
          );
          if (failure instanceof S3Error) {
            assert(['PreconditionFailed', 'NoSuchKey'].includes(failure.code));
            assert(witnessed((known) => !may(known)));
            return;
          }
          assert.equal(failure, undefined);
          // In the very commit: the state before it met the condition.
          const at = states.findIndex(
            (state, i) => i > first && state.get(key) === etag && states[i - 1]?.get(key) !== etag,
          );
          assert(at > first);
          assert(may(states[at - 1]?.get(key)));
        }
        await Promise.all(steps.map((_, index) => run(index)));

        const final = states.at(-1) ?? new Map();
        const needed = new Set<string>();
        for (const key of keys) {
          const open = await objects.open(bucket, key);
          expect(open?.object.etag).toBe(final.get(key));
          expect(open && etagOf(await readAll(await open.read()))).toBe(final.get(key));
        }
        const scan = (prefix: Uint8Array) => metadata.scan({ ...prefixRange(prefix), limit: 1000 });
        let small = 0;
        for (const { value } of await scan(Buffer.from('o'))) {
          const { content } = decodeObject('', value);
          if (content.kind === 'blob') needed.add(content.id);
          else small += 1;
        }
        for (const row of await scan(garbagePrefix)) needed.add(decodeGarbage(row).name);
        expect(blobs).toEqual(needed);
        expect(await scan(Buffer.from('c'))).toHaveLength(small);
      },
    ),
    { numRuns: 150 },
  );
});
