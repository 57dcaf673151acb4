import type { Result } from './measure.ts';

/** A bar, and what was measured against it. */
export interface Bar {
  readonly text: string;
  readonly measured: string;
  readonly held: boolean;
}

const limitsNs = { actual: 300, preflight: 500, hostile: 50_000 } as const;
const timesExpressMin = 5;
const timesExpressOrigins = 100;

/** The longest that the engine may take for a case, in nanoseconds. */
export function limitNsOf({ kind }: Pick<Result, 'kind'>): number {
  return limitsNs[kind];
}

/** Holds the results against the bars of the CORS issue. */
export function barsOf(results: readonly Result[]): readonly Bar[] {
  const kinds = ['actual', 'preflight', 'hostile'] as const;
  const limits = kinds.flatMap((kind) => {
    const slowest = slowestOf(results.filter((each) => each.kind === kind));
    if (slowest === undefined) return [];
    const ns = slowest.medianNs.decide;
    return {
      text: `decide, ${kind}: under ${limitsNs[kind]} ns everywhere`,
      measured: `${ns.toFixed(0)} ns (${slowest.id}, ${slowest.origins} origins)`,
      held: ns < limitsNs[kind],
    };
  });
  const compared = results.filter(
    ({ kind, origins }) => kind !== 'hostile' && origins === timesExpressOrigins,
  );
  const times = (['decide', 'our Express'] as const).flatMap((name) => {
    const ratios = compared.map(({ medianNs }) => medianNs.cors / medianNs[name]);
    if (ratios.length === 0) return [];
    const least = Math.min(...ratios);
    return {
      text: `${name} against cors at ${timesExpressOrigins} origins: at least ${timesExpressMin} ×`,
      measured: `${least.toFixed(1)} ×`,
      held: least >= timesExpressMin,
    };
  });
  return [...limits, ...times];
}

function slowestOf(results: readonly Result[]): Result | undefined {
  return results.toSorted((a, b) => b.medianNs.decide - a.medianNs.decide)[0];
}
