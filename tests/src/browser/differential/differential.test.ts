import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { chromiumMissing, launchChromium } from '../../chromium.ts';
import { generate } from './generate.ts';
import { performerOf, type Performer } from './perform.ts';
import { predict } from './predict.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { openStage, type Stage } from './stage.ts';

/** Chromium keeps 1,024 preflights; more scenarios than that in one browser would meet its eviction. */
const count = Number(process.env['DIFFERENTIAL_COUNT'] ?? 300);
const firstSeed = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);
const atOnce = 6;

let browser: Browser | undefined;
let stage: Stage;
let performer: Performer;

beforeAll(async () => {
  stage = await openStage();
  browser = await launchChromium();
  if (browser === undefined) return;
  const page = await browser.newPage();
  await page.goto(`${stage.origins.A}/`);
  performer = await performerOf(page, stage);
});
afterAll(async () => {
  await browser?.close();
  await stage.close();
});

/** The scenarios that script makes: fetch and XMLHttpRequest, from the page itself. */
function scenarios(): readonly Scenario[] {
  const made: Scenario[] = [];
  for (let seed = firstSeed; made.length < count; seed += 1) {
    const scenario = generate(seed);
    const scripted = scenario.asks.every((ask) => ['fetch', 'xhr'].includes(ask.initiator));
    if (scripted && scenario.frame === 'plain') made.push(scenario);
  }
  return made;
}

/** The first ask that differs, with what was asked and answered. */
function mismatchOf(
  scenario: Scenario,
  seen: readonly Outcome[],
  said: readonly Outcome[],
): string {
  const at = seen.findIndex((one, index) => JSON.stringify(one) !== JSON.stringify(said[index]));
  return [
    `seed ${scenario.seed}, ask ${at}: ${JSON.stringify(scenario.asks[at])}`,
    ...scenario.hops.map((hop) => `  ${JSON.stringify(hop)}`),
    `  Chromium ${JSON.stringify(seen[at])}`,
    `  model    ${JSON.stringify(said[at])}`,
  ].join('\n');
}

/** Chromium names a failure only where CORS made it. */
function comparable(seen: Outcome, said: Outcome): Outcome {
  return seen.failure === undefined ? { ...said, failure: undefined } : said;
}

test(
  'the model says of every request what Chromium does',
  { timeout: 600_000 },
  async (context) => {
    if (browser === undefined) context.skip(chromiumMissing);
    const waiting = [...scenarios()];
    const mismatches: string[] = [];
    const kinds = new Map<string, number>();
    const work = async (): Promise<void> => {
      for (let scenario = waiting.pop(); scenario !== undefined; scenario = waiting.pop()) {
        const seen = await performer.perform(scenario);
        const said = predict(scenario, stage.origins, 'chromium');
        for (const outcome of said) {
          const kind = outcome.failure ?? outcome.verdict;
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
        const expected = said.map((one, index) => comparable(seen[index] ?? one, one));
        if (JSON.stringify(seen) !== JSON.stringify(expected)) {
          mismatches.push(mismatchOf(scenario, seen, expected));
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const table = [...kinds].toSorted(([, a], [, b]) => b - a);
    process.stdout.write(
      `${count} scenarios from seed ${firstSeed}: ${table.map((row) => row.join(' ')).join(', ')}; ${mismatches.length} mismatches\n`,
    );
    expect(mismatches.slice(0, 3).join('\n')).toBe('');
  },
);
