import { firstDifference } from './compare.ts';
import { generate } from './generate.ts';
import { perform } from './perform.ts';
import { reduce } from './reduce.ts';
import type { Outcome, Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import type { TestedBrowser } from './tested-browser.ts';

/** Chromium keeps 1,024 preflights, and drops some by chance when there are more. */
const scenariosPerBrowser = 400;
const atOnce = 6;
/** Reduced scenarios bear numbers above all seeds, so that nothing is kept for their URLs. */
const firstSpare = 2 ** 40;
export interface Mismatch {
  readonly seed: number;
  /** Which of the run's scenarios it was, from 0. */
  readonly index: number;
  /** As small as it could be made. */
  readonly scenario: Scenario;
  /** It happened again when it was tried again. */
  readonly again: boolean;
  readonly seen: readonly Outcome[];
  readonly said: readonly Outcome[];
}

export interface Proof {
  /** Name and version. */
  readonly browser: string;
  readonly scenarios: number;
  readonly asks: number;
  /** How often each verdict and failure came out of the model. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly mismatches: readonly Mismatch[];
}

export interface ProofOptions {
  readonly open: (origin: string) => Promise<TestedBrowser>;
  readonly stage: Stage;
  readonly predict: (scenario: Scenario, engine: TestedBrowser['engine']) => readonly Outcome[];
  readonly firstSeed: number;
  readonly count: number;
  /** Ends early after so many mismatches. */
  readonly mismatchesMax?: number;
  /** So many are reduced, 25 unless told; more have the same few causes. */
  readonly reducedMax?: number;
  readonly onScenario?: (done: number, mismatches: number) => void;
}

/** Makes the scenarios of consecutive seeds, and holds a browser and the model against each other. */
export async function prove(options: ProofOptions): Promise<Proof> {
  const { open, stage, predict, firstSeed, count } = options;
  const { mismatchesMax = Infinity, reducedMax = 25 } = options;
  const mismatches: Mismatch[] = [];
  const kinds = new Map<string, number>();
  let [done, asks, spare, version] = [0, 0, firstSpare, ''];

  const differenceOf = async (scenario: Scenario, browser: TestedBrowser) => {
    const seen = await perform(scenario, browser, stage);
    const said = predict(scenario, browser.engine);
    return { seen, said, differs: firstDifference(seen, said) !== undefined };
  };
  const examine = async (index: number, browser: TestedBrowser): Promise<void> => {
    const seed = firstSeed + index;
    const scenario = generate(seed);
    const first = await differenceOf(scenario, browser);
    for (const { failure, verdict } of first.said) {
      asks += 1;
      kinds.set(failure ?? verdict, (kinds.get(failure ?? verdict) ?? 0) + 1);
    }
    if (first.differs) {
      const retry = async (smaller: Scenario): Promise<boolean> =>
        (await differenceOf({ ...smaller, seed: spare++ }, browser)).differs;
      const again = await retry(scenario);
      const least =
        again && mismatches.length < reducedMax ? await reduce(scenario, retry) : scenario;
      const last =
        least === scenario ? first : await differenceOf({ ...least, seed: spare++ }, browser);
      mismatches.push({ seed, index, scenario: least, again, seen: last.seen, said: last.said });
    }
    done += 1;
    options.onScenario?.(done, mismatches.length);
  };

  for (let from = 0; from < count; from += scenariosPerBrowser) {
    const browser = await open(stage.origins.A);
    ({ version } = browser);
    const size = Math.min(scenariosPerBrowser, count - from);
    const waiting = Array.from({ length: size }, (_, at) => from + at).values();
    const work = async (): Promise<void> => {
      for (const index of waiting) {
        if (mismatches.length >= mismatchesMax) return;
        await examine(index, browser);
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, work));
    } finally {
      await browser.close();
    }
    if (mismatches.length >= mismatchesMax) break;
  }
  return { browser: version, scenarios: done, asks, kinds, mismatches };
}
