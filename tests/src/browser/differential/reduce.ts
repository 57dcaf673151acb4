import type { Answer, Ask, Hop, Scenario } from './scenario.ts';

const triesMax = 150;

/** Takes away whatever is not needed for `differs` to stay true, one thing at a time. */
export async function reduce(
  scenario: Scenario,
  differs: (smaller: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let least = scenario;
  let tries = 0;
  for (let found = true; found;) {
    found = false;
    for (const smaller of smallerThan(least)) {
      if (tries >= triesMax) return least;
      tries += 1;
      if (await differs(smaller)) {
        least = smaller;
        found = true;
        break;
      }
    }
  }
  return least;
}

/** Every scenario with one thing less, the largest steps first. */
function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { asks, hops, frame } = scenario;
  if (asks.length > 1) for (const less of without(asks)) yield { ...scenario, asks: less };
  if (hops.length > 1) for (const less of without(hops)) yield { ...scenario, hops: less };
  if (frame !== 'plain') yield { ...scenario, frame: 'plain' };
  for (const [at, ask] of asks.entries()) {
    for (const plainer of plainerAsks(ask)) yield { ...scenario, asks: asks.with(at, plainer) };
  }
  for (const [at, hop] of hops.entries()) {
    for (const plainer of plainerHops(hop)) yield { ...scenario, hops: hops.with(at, plainer) };
  }
}

function* plainerAsks(ask: Ask): Generator<Ask> {
  for (const headers of without(ask.headers)) yield { ...ask, headers };
  if (ask.body.kind !== 'none') yield { ...ask, body: { kind: 'none' } };
  if (ask.uploadListeners) yield { ...ask, uploadListeners: false };
  if (ask.method !== 'GET') yield { ...ask, method: 'GET' };
  if (ask.mode !== 'cors') yield { ...ask, mode: 'cors' };
  if (ask.credentials !== 'same-origin') yield { ...ask, credentials: 'same-origin' };
  if (ask.redirect !== 'follow') yield { ...ask, redirect: 'follow' };
  if (ask.crossorigin !== undefined) yield { ...ask, crossorigin: undefined };
}

function* plainerHops(hop: Hop): Generator<Hop> {
  for (const preflight of plainerAnswers(hop.preflight)) yield { ...hop, preflight };
  for (const actual of plainerAnswers(hop.actual)) yield { ...hop, actual };
}

function* plainerAnswers(answer: Answer): Generator<Answer> {
  for (const headers of without(answer.headers)) yield { ...answer, headers };
  if (answer.status !== 200) yield { ...answer, status: 200 };
}

function* without<T>(list: readonly T[]): Generator<readonly T[]> {
  for (const at of list.keys()) yield list.toSpliced(at, 1);
}
