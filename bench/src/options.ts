import { parseArgs } from 'node:util';
import { cases, type Case } from './cases.ts';

export interface Options {
  readonly cases: readonly Case[];
  readonly concurrencies: readonly number[];
  readonly workers: number;
  readonly listedKeys: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** The longest warm-up of a contender that is met for the first time. */
  readonly firstWarmUpMs: number;
  readonly peers: boolean;
  readonly directory: string | undefined;
  readonly json: string | undefined;
  readonly markdown: boolean;
  /** Further arguments of `causeway serve`. */
  readonly serveArgs: readonly string[];
  readonly date: string | undefined;
  readonly profile: string | undefined;
}

export const help = `npm run bench -- [options]

Measures Causeway next to s3rver and to the floors that no server can pass: a bare node:http
server that answers a constant, the metadata engine's own durable commits, one core's MD5, the
disk's fdatasync. All in one run, taking turns, on this machine; what counts are the ratios.

  --quick              concurrency 16 only, shorter rounds, a smaller listing, no variations, no
                       s3rver: two minutes instead of ten
  --only IDS           these cases, separated by commas:
                       ${cases.map(({ id }) => id).join(', ')}
  --concurrency LIST   1,16,64 unless told
  --workers N          processes of Causeway and of the floors (2)
  --keys N             keys in the listed bucket (100000; --quick 20000)
  --rounds N           timed rounds of each contender at the concurrency of the bars (5)
  --no-peers           without s3rver
  --data DIR           make the data directories here instead of the temporary directory
  --log WHAT           the --log of causeway serve; its default is a line per request, to a file
  --json FILE          write every figure of every round; - for standard output
  --markdown           print the table as Markdown, with the machine and the command
  --date DATE          the date to print with it
  --profile DIR        run Causeway with CPU profiles, keep them in DIR, print the hottest functions
  --help
`;

/**
 * @returns undefined when help was asked for.
 * @throws Error with one sentence for what is wrong.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      concurrency: { type: 'string' },
      workers: { type: 'string', default: '2' },
      keys: { type: 'string' },
      rounds: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      data: { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      log: { type: 'string' },
      date: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick } = values;
  const concurrencies = values.concurrency ?? (quick ? '16' : '1,16,64');
  return {
    cases: choose(values.only, quick),
    concurrencies: concurrencies.split(',').map((text) => count('--concurrency', text)),
    workers: count('--workers', values.workers),
    listedKeys: count('--keys', values.keys ?? (quick ? '20000' : '100000')),
    rounds: count('--rounds', values.rounds ?? (quick ? '3' : '5')),
    roundMs: quick ? 300 : 500,
    warmUpMs: 400,
    firstWarmUpMs: quick ? 4000 : 10_000,
    peers: !values['no-peers'] && !quick,
    directory: values.data,
    json: values.json,
    markdown: values.markdown,
    serveArgs: values.log === undefined ? [] : ['--log', values.log],
    date: values.date,
    profile: values.profile,
  };
}

function choose(only: string | undefined, quick: boolean): readonly Case[] {
  if (only === undefined) return cases.filter(({ variation }) => !quick || variation !== true);
  return only.split(',').map((id) => {
    const found = cases.find((one) => one.id === id);
    if (found === undefined) {
      throw new Error(`no case ${id}; there are ${cases.map((one) => one.id).join(', ')}`);
    }
    return found;
  });
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} ${text} is no count`);
  return value;
}
