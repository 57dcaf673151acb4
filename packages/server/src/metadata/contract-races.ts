import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { all, bytes, hex, written } from './contract-rows.ts';
import type { Bytes, CommitResult, MetadataEngine } from './engine.ts';

/** What the metadata port promises about commits and reads that happen at the same time. */
export function testRaces(start: () => Promise<MetadataEngine>): void {
  test('a key may be written again with the bytes it holds, and still be checked', async () => {
    const engine = await start();
    const row = { key: bytes('k'), value: bytes('same') };
    await engine.commit({ puts: [row] });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => engine.commit({ checks: [row], puts: [row] })),
    );
    expect(results).toEqual(results.map(() => written));
  });

  test('of 20 racing conditional writers exactly one wins, and its bytes stay', async () => {
    const engine = await start();
    const key = bytes('contended');
    let expected: Bytes | undefined;
    for (let round = 0; round < 10; round++) {
      const check = { key, value: expected };
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          engine.commit({ checks: [check], puts: [{ key, value: bytes(`${round}.${writer}`) }] }),
        ),
      );
      const winners = results.flatMap(({ ok }, writer) => (ok ? [writer] : []));
      expect(winners).toHaveLength(1);
      expected = await engine.get(key);
      expect(Buffer.from(expected ?? '').toString()).toBe(`${round}.${winners[0]}`);
    }
  });

  test('racing increments of a counter lose none', async () => {
    const engine = await start();
    const key = bytes('counter');
    const increment = async (): Promise<void> => {
      for (;;) {
        const value = await engine.get(key);
        const next = bytes(String(Number(Buffer.from(value ?? '0').toString()) + 1));
        const result = await engine.commit({
          checks: [{ key, value }],
          puts: [{ key, value: next }],
        });
        if (result.ok) return;
      }
    };
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let count = 0; count < 5; count++) await increment();
      }),
    );
    expect(Buffer.from((await engine.get(key)) ?? '').toString()).toBe('40');
  });

  test('an empty range and a write into it cannot both win', async () => {
    const engine = await start();
    const live = { key: bytes('bucket'), value: bytes('live') };
    const inside = { from: bytes('o/'), until: bytes('o0') };
    for (let round = 0; round < 10; round++) {
      await engine.commit({ puts: [live], deletes: [bytes('o/1')] });
      const [added, removed] = await Promise.all([
        engine.commit({ checks: [live], puts: [{ key: bytes('o/1'), value: bytes('x') }] }),
        engine.commit({ checks: [live, { empty: inside }], deletes: [live.key] }),
      ]);
      expect([added.ok, removed.ok].filter(Boolean)).toHaveLength(1);
    }
  });

  test('a scan never sees half of a commit', async () => {
    const engine = await start();
    const keys = Array.from({ length: 50 }, (_, index) => bytes(`k${index}`));
    const writeRound = (round: number): Promise<CommitResult> =>
      engine.commit({ puts: keys.map((key) => ({ key, value: bytes(String(round)) })) });
    await writeRound(0);
    const state = { writing: true };
    const writer = (async () => {
      for (let round = 1; round <= 20; round++) await writeRound(round);
      state.writing = false;
    })();
    while (state.writing) {
      const rounds = new Set((await all(engine)).map(({ value }) => hex(value)));
      expect(rounds.size).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writer;
  });
}
