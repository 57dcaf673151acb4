import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of V8's CPU profile that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const notWork = new Set(['(idle)', '(program)', '(root)']);

/**
 * The functions in which the processes of a directory of `.cpuprofile` files spent their own time,
 * hottest first, as lines of text.
 */
export function hottest(directory: string, count: number): readonly string[] {
  const microseconds = new Map<string, number>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'))) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- V8 wrote it
    const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile;
    const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
    for (const [index, node] of profile.samples.entries()) {
      const name = names.get(node) ?? '?';
      const delta = Math.max(0, profile.timeDeltas[index] ?? 0);
      microseconds.set(name, (microseconds.get(name) ?? 0) + delta);
    }
  }
  const idle = microseconds.get('(idle)') ?? 0;
  const total = [...microseconds.values()].reduce((sum, value) => sum + value, 0) - idle;
  return [...microseconds]
    .filter(([name]) => !notWork.has(name) || name === '(program)')
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, value]) => `${((value / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
}

function nameOf(frame: CpuProfile['nodes'][number]['callFrame']): string {
  const { functionName, url, lineNumber } = frame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const place = url.replace(/^.*\/(?=(?:packages|node_modules)\/)/, '');
  return `${name}  ${place}:${lineNumber + 1}`;
}
