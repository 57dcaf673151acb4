import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineError } from '../engine-error.ts';
import { limits } from '../limits.ts';
import {
  apply,
  arbitraryCommit,
  arbitraryKey,
  compareBytes,
  type Model,
  scanModel,
} from './contract-model.ts';
import { testRaces } from './contract-races.ts';
import { all, bytes, everything, hex, plain, written } from './contract-rows.ts';
import type { Check, MetadataEngine } from './engine.ts';

/** An empty engine for one test; `reopen` opens the same rows again after a close, for engines
 * whose rows outlive them. */
export interface Opened {
  readonly engine: MetadataEngine;
  readonly reopen?: () => Promise<MetadataEngine>;
}

const absent = (key: string): Check => ({ key: bytes(key), value: undefined });

const unavailable = (cause: unknown): boolean =>
  cause instanceof EngineError && cause.kind === 'unavailable';

/** The promises of the metadata port, as tests that every engine runs. */
export function testMetadataEngine(name: string, open: () => Promise<Opened>): void {
  describe(`the metadata engine ${name}`, () => {
    const opened: MetadataEngine[] = [];
    const reopeners = new Map<MetadataEngine, () => Promise<MetadataEngine>>();

    async function start(): Promise<MetadataEngine> {
      const { engine, reopen } = await open();
      opened.push(engine);
      if (reopen !== undefined) reopeners.set(engine, reopen);
      return engine;
    }

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((engine) => engine.close()));
    });

    test('a key that was never written is absent', async () => {
      const engine = await start();
      expect(await engine.get(bytes('a'))).toBeUndefined();
      expect(await all(engine)).toEqual([]);
    });

    test('a put is read back, overwritten and deleted', async () => {
      const engine = await start();
      expect(await engine.commit({ puts: [{ key: bytes('a'), value: bytes('1') }] })).toEqual(
        written,
      );
      expect(hex((await engine.get(bytes('a'))) ?? bytes('absent'))).toBe('31');
      await engine.commit({ puts: [{ key: bytes('a'), value: bytes('22') }] });
      expect(plain(await all(engine))).toEqual(['61=3232']);
      expect(await engine.commit({ deletes: [bytes('a'), bytes('never there')] })).toEqual(written);
      expect(await engine.get(bytes('a'))).toBeUndefined();
    });

    test('a commit of nothing succeeds', async () => {
      const engine = await start();
      expect(await engine.commit({})).toEqual(written);
      expect(await engine.commit({ checks: [], puts: [], deletes: [] })).toEqual(written);
    });

    test('keys are ordered by unsigned bytes, the shorter first', async () => {
      const engine = await start();
      const ascending = ['00', '0000', '0001', '01', '61', '6100', '61ff', '62', '7f', '80'];
      ascending.push('ef bf bf', 'f0 9f 98 80', 'ff', 'ff00', 'ffff');
      const keys = ascending.map((digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex'));
      await engine.commit({ puts: keys.toReversed().map((key) => ({ key, value: key })) });
      expect((await all(engine)).map(({ key }) => hex(key))).toEqual(keys.map(hex));
      for (const key of keys)
        expect(hex((await engine.get(key)) ?? bytes('absent'))).toBe(hex(key));
    });

    test('a scan begins at from, ends before until, and stops at its limit', async () => {
      const engine = await start();
      await engine.commit({
        puts: ['a', 'b', 'b0', 'c', 'd'].map((key) => ({ key: bytes(key), value: bytes(key) })),
      });
      const scan = async (from: string, until: string, limit: number): Promise<string[]> => {
        const entries = await engine.scan({ from: bytes(from), until: bytes(until), limit });
        return entries.map(({ key }) => Buffer.from(key).toString());
      };
      expect(await scan('b', 'd', 10)).toEqual(['b', 'b0', 'c']);
      expect(await scan('b\0', 'c\0', 10)).toEqual(['b0', 'c']);
      expect(await scan('', 'e', 2)).toEqual(['a', 'b']);
      expect(await scan('', 'e', 5)).toEqual(['a', 'b', 'b0', 'c', 'd']);
      expect(await scan('bb', 'c', 1)).toEqual([]);
      expect(await scan('c', 'c', 1)).toEqual([]);
      expect(await scan('d', 'a', 1)).toEqual([]);
      expect(await scan('e', 'z', 1)).toEqual([]);
    });

    test.each([0, 1, 4095, 4096, 65_537, 300_001])('a value of %i bytes', async (length) => {
      const engine = await start();
      const value = new Uint8Array(length).map((_, index) => index * 7);
      await engine.commit({ puts: [{ key: bytes('k'), value }] });
      expect(Buffer.compare((await engine.get(bytes('k'))) ?? bytes('absent'), value)).toBe(0);
      const [entry] = await all(engine);
      expect(Buffer.compare(entry?.value ?? bytes('absent'), value)).toBe(0);
      const checks = [{ key: bytes('k'), value }];
      expect(await engine.commit({ checks, deletes: [bytes('k')] })).toEqual(written);
    });

    test('the longest key works in every call, and one byte more is refused', async () => {
      const engine = await start();
      const longest = new Uint8Array(limits.metadataKeyBytesMax).fill(0xff);
      const after = new Uint8Array(limits.metadataKeyBytesMax + 1).fill(0xff);
      after[longest.length] = 0;
      await engine.commit({ puts: [{ key: longest, value: bytes('v') }] });
      expect(await engine.get(longest)).toBeDefined();
      expect(await engine.scan({ from: longest, until: after, limit: 2 })).toHaveLength(1);
      expect(await engine.scan({ from: after, until: after, limit: 2 })).toHaveLength(0);
      const range = { from: longest, until: after };
      expect(await engine.commit({ checks: [{ empty: range }] })).toEqual({ ok: false, failed: 0 });
      expect(await engine.commit({ deletes: [longest] })).toEqual(written);
      expect(await engine.commit({ checks: [{ empty: range }] })).toEqual(written);

      const bound = new Uint8Array(limits.metadataKeyBytesMax + 2);
      const fine = { key: bytes('fine'), value: bytes('v') };
      for (const key of [after, new Uint8Array(0)]) {
        await expect(engine.get(key)).rejects.toThrow(RangeError);
        await expect(engine.commit({ puts: [fine, { key, value: key }] })).rejects.toThrow(
          RangeError,
        );
        await expect(engine.commit({ puts: [fine], deletes: [key] })).rejects.toThrow(RangeError);
        const checks = [{ key, value: undefined }];
        await expect(engine.commit({ checks, puts: [fine] })).rejects.toThrow(RangeError);
      }
      const outside = { from: bytes('a'), until: bound };
      await expect(engine.scan({ ...outside, limit: 1 })).rejects.toThrow(RangeError);
      await expect(engine.commit({ checks: [{ empty: outside }] })).rejects.toThrow(RangeError);
      for (const limit of [0, -1, 1.5, Number.NaN]) {
        await expect(engine.scan({ ...everything, limit })).rejects.toThrow(RangeError);
      }
      expect(await all(engine)).toEqual([]);
    });

    test('checks by value, by absence and by an empty range; the first that fails is named', async () => {
      const engine = await start();
      const puts = [{ key: bytes('new'), value: bytes('x') }];
      await engine.commit({ puts: [{ key: bytes('k'), value: bytes('v') }] });
      const held = { key: bytes('k'), value: bytes('v') };
      const emptyRange = { empty: { from: bytes('l'), until: bytes('m') } };
      const failing = [
        { key: bytes('k'), value: bytes('w') },
        { key: bytes('k'), value: bytes('v\0') },
        { key: bytes('k'), value: bytes('') },
        { key: bytes('k'), value: undefined },
        { key: bytes('other'), value: bytes('v') },
        { key: bytes('other'), value: bytes('') },
        { empty: { from: bytes('k'), until: bytes('k\0') } },
        { empty: { from: bytes(''), until: bytes('z') } },
      ];
      for (const wrong of failing) {
        for (const [checks, failed] of [
          [[wrong], 0],
          [[held, wrong], 1],
          [[absent('other'), held, emptyRange, wrong], 3],
          [[wrong, absent('other'), held, emptyRange, wrong], 0],
        ] as const) {
          const result = await engine.commit({ checks, puts, deletes: [bytes('k')] });
          expect(result).toEqual({ ok: false, failed });
        }
      }
      expect(plain(await all(engine))).toEqual(['6b=76']);
      const emptyRanges = [
        emptyRange,
        { empty: { from: bytes('k\0'), until: bytes('z') } },
        { empty: { from: bytes(''), until: bytes('k') } },
        { empty: { from: bytes('z'), until: bytes('a') } },
      ];
      const checks = [absent('other'), held, ...emptyRanges, absent('other'), held];
      expect(await engine.commit({ checks, puts, deletes: [bytes('k')] })).toEqual(written);
      expect(plain(await all(engine))).toEqual(['6e6577=78']);
    });

    test('several absent keys in one commit are all required', async () => {
      const engine = await start();
      await engine.commit({ puts: [{ key: bytes('b'), value: bytes('here') }] });
      const puts = [{ key: bytes('z'), value: bytes('z') }];
      for (const [names, failed] of [
        ['abc', 1],
        ['bac', 0],
        ['acb', 2],
        ['bb', 0],
      ] as const) {
        const checks = Array.from(names, absent);
        expect(await engine.commit({ checks, puts })).toEqual({ ok: false, failed });
      }
      expect(await engine.get(bytes('z'))).toBeUndefined();
      expect(await engine.commit({ checks: ['a', 'c', 'd'].map(absent), puts })).toEqual(written);
    });

    test('deletes take effect before puts, and the last put of a key wins', async () => {
      const engine = await start();
      const key = bytes('k');
      await engine.commit({
        puts: [
          { key, value: bytes('1') },
          { key, value: bytes('2') },
        ],
        deletes: [key, key],
      });
      expect(plain(await all(engine))).toEqual(['6b=32']);
    });

    testRaces(start);

    test('a commit of 10,000 puts, then of 10,000 deletes', async () => {
      const engine = await start();
      const keys = Array.from({ length: 10_000 }, (_, index) => bytes(`key ${index}`));
      const value = new Uint8Array(200).fill(7);
      await engine.commit({ puts: keys.map((key) => ({ key, value })) });
      const entries = await all(engine);
      expect(entries.map(({ key }) => hex(key))).toEqual(keys.toSorted(compareBytes).map(hex));
      await engine.commit({ deletes: keys });
      expect(await all(engine)).toEqual([]);
    });

    test('returned bytes belong to the caller', async () => {
      const engine = await start();
      await engine.commit({
        puts: [
          { key: bytes('k1'), value: bytes('first') },
          { key: bytes('k2'), value: new Uint8Array(70_000).fill(1) },
        ],
      });
      const before = plain(await all(engine));
      const entries = await all(engine);
      const got = await Promise.all([engine.get(bytes('k1')), engine.get(bytes('k2'))]);
      // What was returned earlier does not change when more is read, and may be written to.
      await Promise.all([engine.get(bytes('k2')), all(engine)]);
      expect(plain(entries)).toEqual(before);
      expect(hex(got[0] ?? bytes('absent'))).toBe(hex(bytes('first')));
      for (const { key, value } of entries) {
        key.fill(0xee);
        value.fill(0xee);
      }
      for (const value of got) value?.fill(0xee);
      expect(plain(await all(engine))).toEqual(before);
    });

    test('passed bytes may be reused once the commit resolved', async () => {
      const engine = await start();
      const key = bytes('key');
      const value = bytes('value');
      await engine.commit({ puts: [{ key, value }] });
      key.fill(0x7a);
      value.fill(0x7a);
      expect(plain(await all(engine))).toEqual([`${hex(bytes('key'))}=${hex(bytes('value'))}`]);
    });

    test('random histories behave like a sorted array', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(arbitraryCommit, { maxLength: 12 }),
          fc.array(fc.tuple(arbitraryKey, arbitraryKey, fc.integer({ min: 1, max: 6 })), {
            maxLength: 6,
          }),
          async (history, scans) => {
            const engine = await start();
            let model: Model = [];
            for (const commit of history) {
              const { result, after } = apply(model, commit);
              expect(await engine.commit(commit)).toEqual(result);
              model = after;
            }
            expect(plain(await all(engine))).toEqual(plain(model));
            for (const [from, until, limit] of scans) {
              const scan = { from, until, limit };
              expect(plain(await engine.scan(scan))).toEqual(plain(scanModel(model, scan)));
            }
            await engine.close();
          },
        ),
        { numRuns: 60 },
      );
    });

    test('close waits for the commits under way; afterwards everything is unavailable', async () => {
      const engine = await start();
      const reopen = reopeners.get(engine);
      const commits = Array.from({ length: 30 }, (_, index) =>
        engine.commit({ puts: [{ key: bytes(`k${index}`), value: bytes('v') }] }),
      );
      await engine.close();
      expect(await Promise.all(commits)).toEqual(commits.map(() => written));
      await expect(engine.get(bytes('k1'))).rejects.toSatisfy(unavailable);
      await expect(engine.scan({ ...everything, limit: 1 })).rejects.toSatisfy(unavailable);
      await expect(engine.commit({})).rejects.toSatisfy(unavailable);
      await expect(engine.commit({ deletes: [bytes('k1')] })).rejects.toSatisfy(unavailable);
      await engine.close();
      if (reopen === undefined) return;
      const again = await reopen();
      opened.push(again);
      expect(await all(again)).toHaveLength(30);
    });
  });
}
