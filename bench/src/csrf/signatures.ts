import {
  csrfTokens,
  keyRing,
  transactionTickets,
  usedTicketsInMemory,
  type CsrfTokens,
} from '@causeway/csrf';

/** What signing or verifying takes. */
export interface Rate {
  readonly name: string;
  /** One after the other, by the clock. */
  readonly perSecond: number;
  /** By the time of all threads: WebCrypto works on several, so that the clock alone says nothing
   * about one core. */
  readonly perCoreSecond: number;
}

const session = 'a'.repeat(32);
const atOnce = 32;

/** Measures each for so long. */
export async function rateSignatures(forMs: number): Promise<readonly Rate[]> {
  const keys = await keyRing([
    { id: '2026-11', secret: new Uint8Array(32).fill(1) },
    { id: '2026-08', secret: new Uint8Array(32).fill(2) },
  ]);
  const tokens = csrfTokens({ keys });
  const masked = csrfTokens({ keys, masked: true });
  const used = usedTicketsInMemory({ ticketsMax: 1_000_000 });
  const tickets = transactionTickets({ keys, used });
  const transaction = { session, action: 'transfer to Anna', amount: '100.00 EUR' };
  return [
    await rate('token issued', async () => tokens.issue(session), forMs),
    await rate('token verified', await verifying(tokens, session), forMs),
    await rate('token verified, masked', await verifying(masked, session), forMs),
    await rate('token of another session refused', await verifying(tokens, 'other'), forMs),
    await rate(
      'ticket issued and redeemed',
      async () => tickets.redeem(await tickets.issue(transaction), transaction),
      forMs,
    ),
  ];
}

/** Verifies tokens that it has not seen just before. */
async function verifying(tokens: CsrfTokens, forSession: string): Promise<() => Promise<unknown>> {
  const made = await Promise.all(Array.from({ length: 2000 }, async () => tokens.issue(session)));
  let at = 0;
  return async () => {
    at += 1;
    return tokens.verify(made[at % made.length], forSession);
  };
}

async function rate(name: string, work: () => Promise<unknown>, forMs: number): Promise<Rate> {
  await turns(work, forMs / 4);
  const cpuBefore = process.cpuUsage();
  const { count, elapsedMs } = await turns(work, forMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    name,
    perSecond: (count * 1000) / elapsedMs,
    perCoreSecond: (count * 1e6) / (user + system),
  };
}

/** As many at once as a server under load has. */
async function turns(
  work: () => Promise<unknown>,
  forMs: number,
): Promise<{ readonly count: number; readonly elapsedMs: number }> {
  const started = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < forMs) {
    await Promise.all(Array.from({ length: atOnce }, work));
    count += atOnce;
    elapsedMs = performance.now() - started;
  }
  return { count, elapsedMs };
}
