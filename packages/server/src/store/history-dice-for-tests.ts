import { Buffer } from 'node:buffer';
import { limits } from '../limits.ts';
import type { Query } from './history-checks-for-tests.ts';

/** Keys that have given stores trouble: their order, their bytes, what they look like. */
export const historyKeys: readonly [string, ...string[]] = [
  'a',
  'a/b',
  'a/c/d',
  'a\0',
  'b\u0001/c',
  'ü/1',
  '😀',
  '￿',
  '..',
  '//',
  'z '.repeat(99),
];

/** What a history leaves to chance: the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below `below` (Mulberry32). */
  roll(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    const state = this.#state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  query(): Query {
    return {
      prefix: this.one(['', 'a', 'a/', 'ü', 'no']),
      delimiter: this.one(['', '/', '/c', '\0']),
      limit: this.one([1, 2, 1000]),
    };
  }

  /** Some lie in blobs, most do not. */
  body(): Buffer {
    const size = this.roll(8) === 0 ? limits.inlineBytesMax + 1 + this.roll(9) : this.roll(20);
    return Buffer.alloc(size, `${this.roll(1_000_000)} `);
  }

  one<T>(of: readonly [T, ...T[]]): T;
  one<T>(of: readonly T[]): T | undefined;
  one<T>(of: readonly T[]): T | undefined {
    return of[this.roll(Math.max(1, of.length))];
  }
}
