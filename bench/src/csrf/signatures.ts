import {
  csrfTokens,
  keyRing,
  transactionTickets,
  usedTicketsInMemory,
  type CsrfTokens,
} from '@causeway/csrf';
import { quantile } from '../cors/measure.ts';

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
const turnMs = 200;

/** Takes turns between them, so that what else the machine does hits all; medians of the rounds. */
export async function rateSignatures(rounds: number): Promise<readonly Rate[]> {
  const keys = await keyRing([
    { id: '2026-11', secret: new Uint8Array(32).fill(1) },
    { id: '2026-08', secret: new Uint8Array(32).fill(2) },
  ]);
  const tokens = csrfTokens({ keys });
  const masked = csrfTokens({ keys, masked: true });
  const used = usedTicketsInMemory({ ticketsMax: 1_000_000 });
  const tickets = transactionTickets({ keys, used });
  const transaction = { session, action: 'transfer to Anna', amount: '100.00 EUR' };
  const works = Object.entries({
    'token verified': await verifying(tokens, session),
    'token verified, masked': await verifying(masked, session),
    'token of another session refused': await verifying(tokens, 'other'),
    'token issued': async () => tokens.issue(session),
    'ticket issued and redeemed': async () =>
      tickets.redeem(await tickets.issue(transaction), transaction),
  });
  const samples = works.map(([name, work]) => ({ name, work, rates: new Array<Turn>() }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { work, rates } of samples) rates.push(await turn(work));
  }
  // The first round is for the compiler.
  return samples.map(({ name, rates }) => ({
    name,
    perSecond: median(rates.slice(1).map(({ perSecond }) => perSecond)),
    perCoreSecond: median(rates.slice(1).map(({ perCoreSecond }) => perCoreSecond)),
  }));
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

type Turn = Omit<Rate, 'name'>;

/** As many at once as a server under load has. */
async function turn(work: () => Promise<unknown>): Promise<Turn> {
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < turnMs) {
    await Promise.all(Array.from({ length: atOnce }, work));
    count += atOnce;
    elapsedMs = performance.now() - started;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: (count * 1000) / elapsedMs,
    perCoreSecond: (count * 1e6) / (user + system),
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
