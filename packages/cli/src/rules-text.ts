import type { CORSRule } from '@aws-sdk/client-s3';
import { paint, type Terminal } from './terminal.ts';

/** Rules as a person reads them: one block a rule, first match first. */
export function describeRules(rules: readonly CORSRule[], terminal: Terminal): string {
  return rules
    .map((rule, index) => {
      const title = rule.ID === undefined ? `Rule ${index + 1}` : `Rule ${index + 1}: ${rule.ID}`;
      const rows: readonly (readonly [string, string])[] = [
        ['origins', list(rule.AllowedOrigins)],
        ['methods', list(rule.AllowedMethods)],
        ['request headers', list(rule.AllowedHeaders)],
        ['readable headers', list(rule.ExposeHeaders)],
        [
          'preflight cached',
          rule.MaxAgeSeconds === undefined ? '5 s (the browser’s own)' : `${rule.MaxAgeSeconds} s`,
        ],
      ];
      const lines = rows.map(([name, value]) => {
        return `  ${paint(terminal, 'dim', name.padEnd(17))} ${value}`;
      });
      return `${paint(terminal, 'bold', title)}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** Long lists break behind their column. */
function list(values: readonly string[] | undefined): string {
  if (values === undefined || values.length === 0) return 'none';
  const lines: string[] = [''];
  for (const value of values) {
    const last = lines.at(-1) ?? '';
    if (last.length + value.length > 72) lines.push(value);
    else lines[lines.length - 1] = last === '' ? value : `${last}, ${value}`;
  }
  return lines.join(`,\n${' '.repeat(20)}`);
}
