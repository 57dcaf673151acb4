import { differing } from './compare.ts';
import type { Mismatch, Proof } from './prove.ts';

/** A mismatch for a reader: where it came from, what is left of it, and both sides. */
export function describeMismatch(mismatch: Mismatch, browser: string): string {
  const { seed, index, scenario, again, seen, said } = mismatch;
  const [name = ''] = browser.split(' ');
  return [
    `seed ${seed}, scenario ${index}${again ? ', reduced:' : ': it did not happen a second time'}`,
    `  frame ${scenario.frame}`,
    ...scenario.asks.map((ask) => `  asks ${JSON.stringify(ask)}`),
    ...scenario.hops.map((hop) => `  hop  ${JSON.stringify(hop)}`),
    ...seen.flatMap((outcome, ask) => {
      const other = said[ask];
      const rows = other === undefined ? [] : differing(outcome, other);
      return rows.flatMap(([field, a, b]) => [
        `  ask ${ask}, ${field}`,
        `    ${name.padEnd(9)} ${a}`,
        `    ${'model'.padEnd(9)} ${b}`,
      ]);
    }),
    `  again: npm run differential -- --browser ${commandName(name)} --seed ${seed} --count 1`,
  ].join('\n');
}

/** What came out, in a few lines. */
export function summarize({ browser, scenarios, asks, kinds, mismatches }: Proof): string {
  const table = [...kinds].toSorted(([, a], [, b]) => b - a);
  return [
    `${browser}: ${scenarios} scenarios, ${asks} requests of a page, ${mismatches.length} mismatches`,
    `  ${table.map((row) => row.join(' ')).join(', ')}`,
  ].join('\n');
}

function commandName(name: string): string {
  return name === 'WebKitGTK' ? 'webkit' : name.toLowerCase();
}
