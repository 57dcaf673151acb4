import { parseArgs } from 'node:util';
import { machineOf } from '../report.ts';
import { timeDecisions } from './decisions.ts';
import { rateSignatures } from './signatures.ts';

const help = `npm run bench -w packages/csrf -- [options]

Measures what a decision by the headers takes, with 1,000 trusted origins, and how many tokens and
tickets are signed and verified a second, by the time of all threads.

  --quick     a look, not a record
  --check     end with 1 when a bar is missed
  --help
`;
const decisionNsMax = 3000;
const verifiedMin = 20_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args, options: { quick: flag, check: flag, help: flag } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const decisions = timeDecisions(values.quick ? 11 : 61);
  const rates = await rateSignatures(values.quick ? 4 : 16);
  const missed = [
    ...decisions.filter(({ medianNs }) => medianNs >= decisionNsMax),
    ...rates.filter(
      ({ name, perCoreSecond }) => name === 'token verified' && perCoreSecond < verifiedMin,
    ),
  ];
  const { cpu, cores, node } = machineOf();
  const lines = [
    `| decision by the headers (bar: under ${decisionNsMax} ns) | ns, median |`,
    '| --- | ---: |',
    ...decisions.map(({ name, medianNs }) => `| ${name} | ${medianNs.toFixed(0)} |`),
    '',
    `| signature (bar: ${verifiedMin} verified a second on one core) | a second of one core | a second by the clock |`,
    '| --- | ---: | ---: |',
    ...rates.map(
      ({ name, perCoreSecond, perSecond }) =>
        `| ${name} | ${perCoreSecond.toFixed(0)} | ${perSecond.toFixed(0)} |`,
    ),
    '',
    `- ${cpu}, ${cores} cores, Node ${node}`,
    `- missed: ${missed.length === 0 ? 'none' : missed.map(({ name }) => name).join('; ')}`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
  return values.check && missed.length > 0 ? 1 : 0;
}
