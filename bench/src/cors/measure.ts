import type { Contender, Name } from './contenders.ts';
import { requestsOf, type Case, type Roll } from './traffic.ts';

/** How long one run takes. */
export interface Effort {
  readonly rounds: number;
  readonly warmUpMs: number;
  /** How long one contender works at a stretch. */
  readonly stretchMs: number;
}

export interface Result {
  readonly id: string;
  readonly kind: Case['kind'];
  readonly origins: number;
  /** Nanoseconds per request, the median of the rounds. */
  readonly medianNs: Readonly<Record<Name, number>>;
  /** The same at the first and the ninth tenth of the rounds, of the engine alone. */
  readonly spreadNs: readonly [number, number];
}

/** Requests are made before they are timed, and that is memory: at most so many at once. */
const stretchMax = 1000;

/**
 * Measures a case. The contenders take turns, so that what else the machine does hits all of them;
 * each gets requests that nobody has seen, as many as fill its stretch.
 */
export async function measure(
  one: Case,
  contenders: readonly Contender[],
  { roll, effort }: { readonly roll: Roll; readonly effort: Effort },
): Promise<Result> {
  const counts = new Map<Contender, number>();
  for (const contender of contenders) {
    counts.set(contender, await warmUp(contender, (count) => requestsOf(one, count, roll), effort));
  }
  const samples = new Map(contenders.map(({ name }): [Name, number[]] => [name, []]));
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const contender of contenders) {
      const requests = requestsOf(one, counts.get(contender) ?? 1, roll);
      const elapsedMs = await contender.answer(requests);
      samples.get(contender.name)?.push((elapsedMs * 1e6) / requests.length);
    }
  }
  const at = (name: Name, share: number): number => quantile(samples.get(name) ?? [], share);
  return {
    id: one.id,
    kind: one.kind,
    origins: one.origins,
    medianNs: {
      'bare Map': at('bare Map', 0.5),
      decide: at('decide', 0.5),
      'our Express': at('our Express', 0.5),
      cors: at('cors', 0.5),
      'our Fastify': at('our Fastify', 0.5),
      '@fastify/cors': at('@fastify/cors', 0.5),
      'our Hono': at('our Hono', 0.5),
      'hono/cors': at('hono/cors', 0.5),
    },
    spreadNs: [at('decide', 0.1), at('decide', 0.9)],
  };
}

/** @returns How many requests fill a stretch. */
async function warmUp(
  contender: Contender,
  make: (count: number) => Parameters<Contender['answer']>[0],
  { warmUpMs, stretchMs }: Effort,
): Promise<number> {
  let count = 8;
  for (let spentMs = 0; spentMs < warmUpMs;) {
    const elapsedMs = await contender.answer(make(count));
    spentMs += elapsedMs;
    const filling = Math.round((count * stretchMs) / Math.max(elapsedMs, 0.001));
    count = Math.min(Math.max(filling, 1), stretchMax);
  }
  return count;
}

/** The value below which a share of the values lies; `NaN` of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}
