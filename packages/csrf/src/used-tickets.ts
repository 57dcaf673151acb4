/** Whether a ticket was used for the first time, again, or not remembered. */
export type TicketUse = 'first' | 'again' | 'full';

/**
 * Remembers used tickets until they end. The port to Redis, a database table, or memory.
 *
 * @example
 * // Permitted: one step that cannot be interrupted.
 * const used: UsedTickets = { use: async (id, end) =>
 *   (await redis.set(`ticket:${id}`, '1', { NX: true, EXAT: end })) === null ? 'again' : 'first' };
 *
 * @example
 * // Prohibited: to look first and to write then. Two requests look before either writes.
 * const used: UsedTickets = { use: async (id, end) => {
 *   if (await redis.exists(id)) return 'again'; await redis.set(id, '1'); return 'first'; } };
 */
export interface UsedTickets {
  /**
   * Notes that a ticket is used. Atomic: of several calls with one id, one gets `first`.
   *
   * @param endSeconds - When it may be forgotten, in seconds since 1970: the ticket is no good any
   * more by itself.
   */
  readonly use: (id: string, endSeconds: number) => TicketUse | Promise<TicketUse>;
}

const slotSeconds = 60;

/**
 * Keeps used tickets in memory, for one process. When it is full it says so, and nothing is redeemed
 * until the oldest end: forgetting one early would let it be used again.
 *
 * @param options - `ticketsMax`: 100,000 unless told, about 10 MB. `now`: milliseconds, for tests.
 * @throws RangeError when `ticketsMax` is no whole number above 0.
 *
 * @example
 * // Permitted: one process.
 * const used = usedTicketsInMemory({ ticketsMax: 10_000 });
 *
 * @example
 * // Prohibited: in each of several processes. A ticket would be good once in each.
 * cluster.fork(); const used = usedTicketsInMemory();
 */
export function usedTicketsInMemory(
  options: { readonly ticketsMax?: number; readonly now?: () => number } = {},
): UsedTickets {
  const { ticketsMax = 100_000, now = Date.now } = options;
  if (!Number.isSafeInteger(ticketsMax) || ticketsMax < 1) {
    throw new RangeError('ticketsMax is a whole number, 1 or more');
  }
  /** Ids by the minute in which they end, so that a minute is forgotten at once. */
  const slots = new Map<number, Set<string>>();
  let count = 0;
  let firstSlot = 0;
  const forget = (): void => {
    const current = Math.floor(now() / 1000 / slotSeconds);
    if (current <= firstSlot) return;
    firstSlot = current;
    for (const [slot, ids] of slots) {
      if (slot >= current) continue;
      slots.delete(slot);
      count -= ids.size;
    }
  };
  return Object.freeze({
    use(id: string, endSeconds: number): TicketUse {
      forget();
      const slot = Math.floor(endSeconds / slotSeconds);
      // It ended while its signature was verified, or the clock was set back: nobody knows any more.
      if (slot < firstSlot) return 'again';
      const ids = slots.get(slot) ?? new Set();
      if (ids.has(id)) return 'again';
      if (count >= ticketsMax) return 'full';
      slots.set(slot, ids.add(id));
      count += 1;
      return 'first';
    },
  });
}
