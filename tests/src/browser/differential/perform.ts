import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Scenario } from './scenario.ts';
import { urlOf, type Stage } from './stage.ts';
import type { TestedBrowser } from './tested-browser.ts';

/** Long enough for a browser on a busy machine; whatever takes longer will never come. */
const askMsMax = 60_000;

/** What a browser does with each ask of a scenario. Throws when an ask does not come to an end. */
export async function perform(
  scenario: Scenario,
  browser: TestedBrowser,
  stage: Stage,
): Promise<readonly Outcome[]> {
  const { seed, frame } = scenario;
  stage.scenarios.set(seed, scenario);
  const url = urlOf(scenario, 0, stage.origins);
  const outcomes: Outcome[] = [];
  for (const ask of scenario.asks) {
    const seen = await inTime(browser.ask({ frame, url, ask }), scenario);
    // Nobody is told when a beacon has arrived.
    if (ask.initiator === 'beacon') await stage.quiet(seed);
    outcomes.push({ ...seen, requests: stage.takeRequests(seed) });
  }
  stage.scenarios.delete(seed);
  return outcomes;
}

async function inTime<T>(work: Promise<T>, scenario: Scenario): Promise<T> {
  const stop = new AbortController();
  const late = sleep(askMsMax, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`After ${askMsMax} ms there is no answer to ${JSON.stringify(scenario)}`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
  }
}
