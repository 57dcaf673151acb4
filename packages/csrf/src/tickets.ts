import type { KeyRing } from './key-ring.ts';
import { clockOf, fieldCharsMax, requireField } from './lifetime.ts';
import type { Lifetime } from './lifetime.ts';
import { open, seal } from './seal.ts';
import type { SealProblem } from './seal.ts';
import type { UsedTickets } from './used-tickets.ts';

/** What a ticket is good for, once. All of it is compared as text, character by character. */
export interface Transaction {
  readonly session: string;
  /** What happens, and to whom: `transfer to DE02120300000000202051`. */
  readonly action: string;
  /** How much, written by the server: `100.00 EUR`. */
  readonly amount: string;
}

/** What tickets are made with. */
export interface TicketOptions extends Lifetime {
  readonly keys: KeyRing | (() => KeyRing);
  /** Remembers what was redeemed. One for all processes, or a ticket is good once in each. */
  readonly used: UsedTickets;
  /** Five minutes unless told. */
  readonly lifetimeSeconds?: number | undefined;
}

/** Why a ticket was not redeemed. */
export type TicketProblem =
  | 'missing'
  | 'malformed'
  | 'unknown-key'
  | 'forged'
  /** It is genuine, but for another session, action or amount. */
  | 'other-transaction'
  | 'expired'
  /** It was redeemed already. */
  | 'used'
  /** The store of used tickets takes no more: nothing is redeemed that cannot be remembered. */
  | 'store-full';

/** What redeeming came to. */
export type RedeemedTicket =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: TicketProblem };

/** Tickets of one application. Made by `transactionTickets`. */
export interface TransactionTickets {
  /** @throws RangeError when a field is empty or longer than 4,096 characters. */
  readonly issue: (transaction: Transaction) => Promise<string>;
  /** Uses a ticket of any length and content up, if it is good for this. Of many at once, one
   * succeeds. Throws only what the store throws. */
  readonly redeem: (
    ticket: string | undefined,
    transaction: Transaction,
  ) => Promise<RedeemedTicket>;
}

const purpose = 'causeway csrf ticket';

/**
 * Makes tickets for what must never happen twice, nor otherwise than it was confirmed: the page that
 * shows "100.00 EUR to Anna" gets a ticket for exactly that.
 *
 * @throws RangeError when the lifetime is none.
 *
 * @example
 * // Permitted: issued for what the server shows, redeemed for what the server is about to do.
 * const tickets = transactionTickets({ keys, used: usedTicketsInMemory() });
 * await tickets.redeem(ticket, { session, action: 'transfer to Anna', amount: '100.00 EUR' })
 *
 * @example
 * // Prohibited: an amount that is computed twice. 0.1 + 0.2 is another text than 0.3.
 * await tickets.issue({ session, action: 'pay', amount: String(0.1 + 0.2) })
 */
export function transactionTickets(options: TicketOptions): TransactionTickets {
  const clock = clockOf(options, 300);
  const { keys, used } = options;
  const ring = typeof keys === 'function' ? keys : () => keys;
  return Object.freeze({
    async issue(transaction: Transaction) {
      const bindings = bindingsOf(transaction);
      requireField('session', transaction.session);
      requireField('action', transaction.action);
      requireField('amount', transaction.amount);
      return seal(ring(), { purpose, bindings }, clock.endSeconds());
    },
    async redeem(ticket: string | undefined, transaction: Transaction): Promise<RedeemedTicket> {
      const bindings = bindingsOf(transaction);
      if (bindings.some(({ length }) => length > fieldCharsMax)) return no('other-transaction');
      const asked = { text: ticket, nowSeconds: clock.nowSeconds() };
      const opened = await open(ring(), { purpose, bindings }, asked);
      if (!opened.ok) return no(problemOf(opened.problem));
      const use = await used.use(opened.id, opened.endSeconds);
      if (use === 'first') return { ok: true };
      return no(use === 'full' ? 'store-full' : 'used');
    },
  });
}

function bindingsOf({ session, action, amount }: Transaction): readonly string[] {
  return [session, action, amount];
}

function problemOf(problem: SealProblem): TicketProblem {
  return problem === 'not-bound' ? 'other-transaction' : problem;
}

function no(problem: TicketProblem): RedeemedTicket {
  return { ok: false, problem };
}
