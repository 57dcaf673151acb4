import { parseArgs } from 'node:util';
import { machineOf } from '../report.ts';
import { barsOf } from './bars.ts';
import { contendersOf } from './contenders.ts';
import { measure, type Effort, type Result } from './measure.ts';
import { formatMarkdown, formatText, type CorsReport } from './report.ts';
import { cases, rolls } from './traffic.ts';

const help = `npm run bench -w packages/cors -- [options]

Measures the CORS engine and the adapters beside cors (Express), @fastify/cors and hono/cors, all in
one run, taking turns, with the same rules and the same stand-ins for requests and answers.

  --only WORDS   the cases whose name holds these words, as in "preflight, exact"
  --quick        fewer rounds: a look, not a record
  --json         print every figure as JSON
  --markdown     print the table as Markdown
  --date DATE    the date to print with it
  --check        end with 1 when a bar is missed
  --help
`;

const efforts = {
  full: { rounds: 61, warmUpMs: 60, stretchMs: 1 },
  quick: { rounds: 15, warmUpMs: 30, stretchMs: 1 },
} as const satisfies Record<string, Effort>;
const seed = 20_261_126;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = {
    only: text,
    quick: flag,
    json: flag,
    markdown: flag,
    date: text,
    check: flag,
    help: flag,
  };
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const chosen = cases.filter(({ id }) => id.includes(values.only ?? ''));
  if (chosen.length === 0) {
    process.stderr.write(
      `no case holds "${values.only}"; there are: ${[...new Set(cases.map(({ id }) => id))].join('; ')}\n`,
    );
    return 2;
  }
  const effort = values.quick ? efforts.quick : efforts.full;
  const roll = rolls(seed);
  const results: Result[] = [];
  for (const one of chosen) {
    process.stderr.write(`${one.id}, ${one.origins} origins\n`);
    results.push(await measure(one, contendersOf(one), { roll, effort }));
  }
  const report: CorsReport = {
    command: ['npm run bench -w packages/cors', ...(args.length > 0 ? ['--', ...args] : [])].join(
      ' ',
    ),
    date: values.date,
    machine: machineOf(),
    rounds: effort.rounds,
    results,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else process.stdout.write(values.markdown ? formatMarkdown(report) : formatText(report));
  return values.check && barsOf(results).some(({ held }) => !held) ? 1 : 0;
}
