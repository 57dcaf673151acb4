import * as fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';
import { transactionTickets } from './tickets.ts';
import type { Transaction, TransactionTickets } from './tickets.ts';
import { csrfTokens } from './tokens.ts';
import { usedTicketsInMemory } from './used-tickets.ts';

const startMs = 1_800_000_000_000;
const transfer: Transaction = { session: 's', action: 'transfer to Anna', amount: '100.00 EUR' };
const refused = (problem: string): object => ({ ok: false, problem });
let nowMs: number;
const now = (): number => nowMs;
let keys: KeyRing;
let tickets: TransactionTickets;

beforeAll(async () => {
  keys = await keyRing([{ id: 'a', secret: new Uint8Array(32).fill(1) }]);
});

beforeEach(() => {
  nowMs = startMs;
  tickets = transactionTickets({ keys, used: usedTicketsInMemory({ now }), now });
});

describe('a ticket', () => {
  test('is good once', async () => {
    const ticket = await tickets.issue(transfer);
    expect(await tickets.redeem(ticket, transfer)).toEqual({ ok: true });
    expect(await tickets.redeem(ticket, transfer)).toEqual(refused('used'));
    // The same transfer, confirmed a second time.
    const second = await tickets.issue(transfer);
    expect(await tickets.redeem(second, transfer)).toEqual({ ok: true });
  });

  test('is good once, of a hundred at once', async () => {
    const ticket = await tickets.issue(transfer);
    const all = Array.from({ length: 100 }, async () => tickets.redeem(ticket, transfer));
    const redeemed = await Promise.all(all);
    expect(redeemed.filter(({ ok }) => ok)).toHaveLength(1);
    expect(redeemed.filter((each) => !each.ok && each.problem === 'used')).toHaveLength(99);
  });

  test('is not used up by whom it is not for', async () => {
    const ticket = await tickets.issue(transfer);
    for (const other of [
      { ...transfer, amount: '1000.00 EUR' },
      { ...transfer, action: 'transfer to Eve' },
      { ...transfer, session: 't' },
      { ...transfer, session: 'x'.repeat(5000) },
      { session: 's', action: 'transfer to Anna1', amount: '00.00 EUR' },
    ]) {
      expect(await tickets.redeem(ticket, other)).toEqual(refused('other-transaction'));
    }
    expect(await tickets.redeem(ticket, transfer)).toEqual({ ok: true });
  });

  test('ends after five minutes, used or not', async () => {
    const ticket = await tickets.issue(transfer);
    nowMs = startMs + 300_000;
    expect(await tickets.redeem(ticket, transfer)).toEqual(refused('expired'));
  });

  test.each([
    [undefined, 'missing'],
    ['', 'missing'],
    ['x', 'malformed'],
    ['A'.repeat(1_000_000), 'malformed'],
  ])('is not %.10j', async (ticket, problem) => {
    expect(await tickets.redeem(ticket, transfer)).toEqual(refused(problem));
  });

  test('of a key that has gone, or of nobody, is none', async () => {
    const other = await keyRing([{ id: 'z', secret: new Uint8Array(32).fill(2) }]);
    const impostor = await keyRing([{ id: 'a', secret: new Uint8Array(32).fill(2) }]);
    const used = usedTicketsInMemory();
    const gone = await transactionTickets({ keys: other, used, now }).issue(transfer);
    expect(await tickets.redeem(gone, transfer)).toEqual(refused('unknown-key'));
    const forged = await transactionTickets({ keys: impostor, used, now }).issue(transfer);
    expect(await tickets.redeem(forged, transfer)).toEqual(refused('forged'));
  });

  test('is no token, nor the other way round', async () => {
    const tokens = csrfTokens({ keys, now });
    const token = await tokens.issue('s');
    expect(await tickets.redeem(token, transfer)).toEqual(refused('forged'));
    const ticket = await tickets.issue(transfer);
    expect(await tokens.verify(ticket, 's')).toEqual({ ok: false, problem: 'token-forged' });
  });

  test('is for these three texts, however they are cut', async () => {
    const field = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '\0') });
    const transaction = fc.record({ session: field, action: field, amount: field });
    await fc.assert(
      fc.asyncProperty(transaction, transaction, async (confirmed, done) => {
        const same = (['session', 'action', 'amount'] as const).every(
          (name) => confirmed[name] === done[name],
        );
        const { ok } = await tickets.redeem(await tickets.issue(confirmed), done);
        expect(ok).toBe(same);
      }),
    );
  });

  test.each(['session', 'action', 'amount'])('needs a %s', async (name) => {
    await expect(tickets.issue({ ...transfer, [name]: '' })).rejects.toThrow(RangeError);
    await expect(tickets.issue({ ...transfer, [name]: 'x'.repeat(4097) })).rejects.toThrow(name);
  });
});

test('what cannot be remembered is not redeemed', async () => {
  const used = usedTicketsInMemory({ now, ticketsMax: 1 });
  const few = transactionTickets({ keys, used, now });
  expect(await few.redeem(await few.issue(transfer), transfer)).toEqual({ ok: true });
  const second = await few.issue(transfer);
  expect(await few.redeem(second, transfer)).toEqual(refused('store-full'));
  nowMs += 200_000;
  const third = await few.issue(transfer);
  expect(await few.redeem(third, transfer)).toEqual(refused('store-full'));
  nowMs += 200_000;
  expect(await few.redeem(third, transfer)).toEqual({ ok: true });
});

test('a store that fails redeems nothing', async () => {
  const used = { use: async () => Promise.reject(new Error('no database')) };
  const failing = transactionTickets({ keys, used, now });
  const ticket = await failing.issue(transfer);
  await expect(failing.redeem(ticket, transfer)).rejects.toThrow('no database');
});
