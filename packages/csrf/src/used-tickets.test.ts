import { expect, test } from 'vitest';
import { usedTicketsInMemory } from './used-tickets.ts';

const minute = 60;

test('a ticket is used once, until it has ended', () => {
  let nowSeconds = 1_000 * minute;
  const used = usedTicketsInMemory({ now: () => nowSeconds * 1000 });
  const end = nowSeconds + 90;
  expect(used.use('a', end)).toBe('first');
  expect(used.use('a', end)).toBe('again');
  nowSeconds = end;
  expect(used.use('a', end)).toBe('again');
});

test('one that ends while its signature is verified is not used a second time', () => {
  let nowSeconds = 1_000 * minute;
  const used = usedTicketsInMemory({ now: () => nowSeconds * 1000 });
  const end = nowSeconds + minute - 1;
  expect(used.use('a', end)).toBe('first');
  nowSeconds += minute;
  expect(used.use('a', end)).toBe('again');
  expect(used.use('b', end)).toBe('again');
});

test('a clock that is set back makes nothing good again', () => {
  let nowSeconds = 1_000 * minute;
  const used = usedTicketsInMemory({ now: () => nowSeconds * 1000 });
  const end = nowSeconds + minute;
  expect(used.use('a', end)).toBe('first');
  nowSeconds += 10 * minute;
  expect(used.use('b', nowSeconds + minute)).toBe('first');
  nowSeconds -= 10 * minute;
  expect(used.use('a', end)).toBe('again');
});

test('it remembers so many and no more, and forgets what has ended', () => {
  let nowSeconds = 1_000 * minute;
  const used = usedTicketsInMemory({ now: () => nowSeconds * 1000, ticketsMax: 3 });
  expect(['a', 'b', 'c'].map((id) => used.use(id, nowSeconds + minute))).toEqual([
    'first',
    'first',
    'first',
  ]);
  expect(used.use('d', nowSeconds + 9 * minute)).toBe('full');
  expect(used.use('a', nowSeconds + minute)).toBe('again');
  nowSeconds += 2 * minute;
  expect(used.use('d', nowSeconds + minute)).toBe('first');
});

test.each([0, -1, 1.5, Number.NaN])('%s is no number of tickets', (ticketsMax) => {
  expect(() => usedTicketsInMemory({ ticketsMax })).toThrow(RangeError);
});
