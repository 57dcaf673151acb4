/** Steps within one power of two: a recorded value is off by at most one part in 32. */
const stepsBits = 5;
const steps = 1 << stepsBits;
const powers = 32;

/**
 * Counts of latencies in log-linear buckets, so that recording one costs two shifts and an
 * increment, however many there are, and two histograms add up.
 */
export class Histogram {
  readonly #counts: Uint32Array;
  #total = 0;

  /** @param counts What `toCounts` of another histogram gave; empty when left out. */
  constructor(counts?: Uint32Array) {
    this.#counts = new Uint32Array(steps * powers);
    if (counts !== undefined) this.add(counts);
  }

  /** @param milliseconds A latency; what is under a microsecond counts as one. */
  record(milliseconds: number): void {
    const index = indexOf(Math.round(milliseconds * 1000));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  add(counts: Uint32Array): void {
    for (const [index, count] of counts.entries()) {
      this.#counts[index] = (this.#counts[index] ?? 0) + count;
      this.#total += count;
    }
  }

  get total(): number {
    return this.#total;
  }

  /**
   * The latency in milliseconds that the given share (0 to 1) of all recorded ones did not exceed:
   * the upper end of its bucket. NaN when nothing was recorded.
   */
  quantile(share: number): number {
    if (this.#total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank) return upperEnd(index) / 1000;
    }
    return Number.NaN;
  }

  toCounts(): Uint32Array {
    return this.#counts.slice();
  }
}

function indexOf(microseconds: number): number {
  const value = Math.min(Math.max(microseconds, 0), 2 ** 31 - 1);
  if (value < steps) return value;
  const power = 31 - Math.clz32(value) - stepsBits;
  return (power + 1) * steps + ((value >> power) - steps);
}

function upperEnd(index: number): number {
  if (index < steps) return index;
  const power = Math.floor(index / steps) - 1;
  const step = index % steps;
  return (steps + step + 1) * 2 ** power - 1;
}
