import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of V8's CPU profile that is read here. Times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** A stretch of the monotonic clock, in microseconds. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

export interface Hottest {
  /** By the function that was running itself. */
  readonly own: readonly string[];
  /** By the nearest function of the workspace's packages that had called what was running: what
   * Node, V8 and dependencies do is charged to who asked for it. */
  readonly charged: readonly string[];
}

/** The monotonic clock that profiles use. */
export function profileClock(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Reads every `.cpuprofile` of a directory, and sums up what happened in a stretch of time. */
export function hottest(directory: string, stretch: Stretch, count: number): Hottest {
  const profiles = readdirSync(directory)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name): CpuProfile => {
      const text = readFileSync(join(directory, name), 'utf8');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- V8 wrote it
      return JSON.parse(text) as CpuProfile;
    });
  return sumUp(profiles, stretch, count);
}

export function sumUp(profiles: readonly CpuProfile[], stretch: Stretch, count: number): Hottest {
  const own = new Map<string, number>();
  const charged = new Map<string, number>();
  for (const profile of profiles) {
    const names = namesOf(profile.nodes);
    let at = profile.startTime;
    for (const [index, node] of profile.samples.entries()) {
      const delta = Math.max(0, profile.timeDeltas[index] ?? 0);
      at += delta;
      const name = names.get(node);
      if (name === undefined || at < stretch.from || at > stretch.until) continue;
      own.set(name.own, (own.get(name.own) ?? 0) + delta);
      charged.set(name.charged, (charged.get(name.charged) ?? 0) + delta);
    }
  }
  return { own: lines(own, count), charged: lines(charged, count) };
}

interface Names {
  readonly own: string;
  readonly charged: string;
}

function namesOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, Names> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const names = new Map<number, Names>();
  const walk = (node: ProfileNode, caller: string | undefined): void => {
    const own = nameOf(node.callFrame);
    const ours = node.callFrame.url.includes('/packages/') ? own : caller;
    names.set(node.id, { own, charged: ours ?? own });
    for (const child of node.children ?? []) {
      const found = byId.get(child);
      if (found !== undefined) walk(found, ours);
    }
  };
  const [root] = nodes;
  if (root !== undefined) walk(root, undefined);
  return names;
}

function lines(microseconds: ReadonlyMap<string, number>, count: number): readonly string[] {
  const busy = [...microseconds].filter(([name]) => name !== '(idle)' && name !== '(root)');
  const total = busy.reduce((sum, [, value]) => sum + value, 0);
  return busy
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, value]) => `${((value / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
}

function nameOf(frame: ProfileNode['callFrame']): string {
  const { functionName, url, lineNumber } = frame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const place = url.replace(/^.*\/(?=(?:packages|node_modules)\/)/, '');
  return `${name}  ${place}:${lineNumber + 1}`;
}
