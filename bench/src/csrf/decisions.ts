import { csrfPolicy, decide, type CsrfFacts } from '@causeway/csrf';
import { quantile } from '../cors/measure.ts';

/** What deciding about a kind of request takes. */
export interface Timed {
  readonly name: string;
  /** Nanoseconds for each, the median of the rounds. */
  readonly medianNs: number;
}

const trustedCount = 1000;
const trusted = Array.from({ length: trustedCount }, (_, at) =>
  at % 2 === 0 ? `https://app${at}.example` : `https://*.partner${at}.example`,
);
const policy = csrfPolicy({
  publicOrigins: ['https://bank.example', 'https://www.bank.example'],
  trustedOrigins: trusted,
  sessionCookies: ['__Host-session'],
});
const cookie = '__Host-session=abcdefghijklmnopqrstuvwxyz; theme=dark; language=en';

/** Each makes facts of strings that nobody has seen, as a server gets them. */
const kinds: Readonly<Record<string, (seed: number) => CsrfFacts>> = {
  'GET, followed link': (seed) => post({ method: 'GET', fetchSite: 'cross-site' }, seed),
  'POST, own page, Sec-Fetch-Site': (seed) =>
    post({ origin: 'https://bank.example', fetchSite: 'same-origin' }, seed),
  'POST, own page, Origin only': (seed) => post({ origin: 'https://bank.example' }, seed),
  'POST, exact origin of 1,000 trusted': (seed) =>
    post(
      { origin: `https://app${(seed * 2) % trustedCount}.example`, fetchSite: 'cross-site' },
      seed,
    ),
  'POST, pattern of 1,000 trusted': (seed) => {
    const at = ((seed * 2) % trustedCount) + 1;
    return post({ origin: `https://a${seed}.partner${at}.example`, fetchSite: 'cross-site' }, seed);
  },
  'POST, foreign, Sec-Fetch-Site': (seed) =>
    post({ origin: `https://evil${seed}.example`, fetchSite: 'cross-site' }, seed),
  'POST, foreign, Origin only': (seed) => post({ origin: `https://evil${seed}.example` }, seed),
  'POST, no Origin, three cookies': (seed) => post({}, seed),
  'POST, Origin of 16 kB': (seed) => post({ origin: `https://${seed}${'a'.repeat(16_000)}` }, seed),
  'WebSocket, own page': (seed) =>
    post({ method: 'GET', origin: 'https://bank.example', upgrade: 'websocket' }, seed),
};

function post(facts: Partial<CsrfFacts>, seed: number): CsrfFacts {
  const { method = 'POST', origin, ...rest } = facts;
  // What came over a socket is not the string that the policy holds.
  const sent = origin === undefined ? undefined : Buffer.from(origin).toString('latin1');
  return { method, origin: sent, cookie: `${cookie}${seed}`, accept: '*/*', ...rest };
}

/** Takes turns between the kinds, so that what else the machine does hits all of them. */
export function timeDecisions(rounds: number): readonly Timed[] {
  const perRound = 2000;
  const samples = new Map(Object.keys(kinds).map((name): [string, number[]] => [name, []]));
  let allowed = 0;
  for (let round = -20; round < rounds; round += 1) {
    for (const [name, make] of Object.entries(kinds)) {
      const asked = Array.from({ length: perRound }, (_, at) => make(at + round * perRound + 1e6));
      const started = performance.now();
      for (const facts of asked) allowed += decide(policy, facts).kind === 'allow' ? 1 : 0;
      const elapsedMs = performance.now() - started;
      if (round >= 0) samples.get(name)?.push((elapsedMs * 1e6) / perRound);
    }
  }
  if (allowed === 0) throw new Error('Nothing was allowed, so that nothing was measured.');
  return [...samples].map(([name, each]) => ({ name, medianNs: quantile(each, 0.5) }));
}
