import { parseArgs } from 'node:util';
import { browsers, isBrowserName, type BrowserName } from './browsers.ts';
import { predict } from './predict.ts';
import { prove } from './prove.ts';
import { describeMismatch, summarize } from './report.ts';
import { openStage } from './stage.ts';
import { BrowserMissing } from './tested-browser.ts';

const help = `npm run differential -- [options]

Makes scenarios from seeds, runs each in a real browser and in the model, and compares what script
saw, what the server saw and, in Chromium, the error code. Ends with 1 when anything differs.

  --browser NAME  chromium (default), firefox or webkit
  --count N       how many scenarios (default 300)
  --seed S        the first seed; the others follow it (default 1)
  --json          the result as JSON on standard output
  --help
`;

const shownMax = 5;

interface Options {
  readonly browser: BrowserName;
  readonly count: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.help) {
      process.stdout.write(help);
      return 0;
    }
    return await run(options);
  } catch (error) {
    const missing = error instanceof BrowserMissing;
    process.stderr.write(`${missing ? 'There is no ' : ''}${messageOf(error)}\n`);
    return 2;
  }
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      browser: { type: 'string', default: 'chromium' },
      count: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { browser, json } = values;
  if (!isBrowserName(browser)) throw new Error(`--browser ${browser}: ${help}`);
  const [count, seed] = [wholeNumber('count', values.count), wholeNumber('seed', values.seed)];
  return { browser, count, seed, json, help: values.help };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option} ${text}: a whole number below 1,000,000,000 is wanted.`);
}

async function run({ browser, count, seed, json }: Options): Promise<number> {
  const started = performance.now();
  const stage = await openStage();
  const { isTTY } = process.stderr;
  try {
    const proof = await prove({
      open: browsers[browser],
      stage,
      predict: (scenario, engine) => predict(scenario, stage.origins, engine),
      firstSeed: seed,
      count,
      onScenario(done, mismatches) {
        if (isTTY) process.stderr.write(`\r${done} of ${count}, ${mismatches} mismatches `);
      },
    });
    if (isTTY) process.stderr.write('\n');
    if (json) {
      const kinds = Object.fromEntries(proof.kinds);
      process.stdout.write(`${JSON.stringify({ ...proof, seed, kinds }, undefined, 2)}\n`);
    } else {
      for (const one of proof.mismatches.slice(0, shownMax)) {
        process.stdout.write(`${describeMismatch(one, proof.browser)}\n\n`);
      }
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      process.stdout.write(`${summarize(proof)}; from seed ${seed}, ${seconds} s\n`);
    }
    return proof.mismatches.length === 0 ? 0 : 1;
  } finally {
    await stage.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
