import type { Outcome, Scenario } from './scenario.ts';
import { urlOf, type Stage } from './stage.ts';
import type { TestedBrowser } from './tested-browser.ts';

/** What a browser does with each ask of a scenario. */
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
    const seen = await browser.ask({ frame, url, ask });
    // Nobody is told when a beacon has arrived.
    if (ask.initiator === 'beacon') await stage.quiet(seed);
    outcomes.push({ ...seen, requests: stage.takeRequests(seed) });
  }
  stage.scenarios.delete(seed);
  return outcomes;
}
