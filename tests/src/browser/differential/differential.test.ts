import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { openChromium } from './in-chromium.ts';
import { predict } from './predict.ts';
import { prove } from './prove.ts';
import { describeMismatch, summarize } from './report.ts';
import type { Scenario } from './scenario.ts';
import { count, firstSeed } from './seeds.ts';
import { openStage, type Stage } from './stage.ts';
import { BrowserMissing } from './tested-browser.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage.close());

async function orSkip<T>(context: TestContext, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof BrowserMissing) return context.skip(error.message);
    throw error;
  });
}

test('the model says of every request what Chromium does', async (context) => {
  const proof = await orSkip(
    context,
    prove({
      open: openChromium,
      stage,
      predict: (scenario, engine) => predict(scenario, stage.origins, engine),
      firstSeed,
      count,
    }),
  );
  process.stdout.write(`${summarize(proof)}\n`);
  const told = proof.mismatches.map((one) => describeMismatch(one, proof.browser));
  expect(told.join('\n')).toBe('');
});

/** Models that are wrong in one thing each. */
const wrong: Readonly<Record<string, (scenario: Scenario) => Scenario>> = {
  'credentials are not looked at': (scenario) => ({
    ...scenario,
    asks: scenario.asks.map((ask) => ({ ...ask, credentials: 'same-origin' })),
  }),
  'all methods are in upper case': (scenario) => ({
    ...scenario,
    asks: scenario.asks.map((ask) => ({ ...ask, method: ask.method.toUpperCase() })),
  }),
  'the preflight cache keeps nothing': (scenario) => ({
    ...scenario,
    hops: scenario.hops.map(({ preflight, ...hop }) => ({
      ...hop,
      preflight: {
        ...preflight,
        headers: [
          ...preflight.headers.filter(([name]) => name !== 'Access-Control-Max-Age'),
          ['Access-Control-Max-Age', '0'],
        ],
      },
    })),
  }),
};

test.for(Object.entries(wrong))('a wrong model is found: %s', async ([, spoil], context) => {
  const proof = await orSkip(
    context,
    prove({
      open: openChromium,
      stage,
      predict: (scenario, engine) => predict(spoil(scenario), stage.origins, engine),
      // Seeds of its own, so that no browser has met these URLs.
      firstSeed: 5001,
      count: 200,
      mismatchesMax: 1,
      reducedMax: 0,
    }),
  );
  expect(proof.mismatches.length).toBeGreaterThan(0);
});
