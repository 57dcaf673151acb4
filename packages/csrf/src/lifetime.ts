/** The longest life of something signed: a year. */
const secondsMax = 366 * 86_400;

/** How long something signed lives, and by which clock. */
export interface Lifetime {
  readonly lifetimeSeconds?: number | undefined;
  /** Milliseconds since 1970, for tests. */
  readonly now?: (() => number) | undefined;
}

/** A clock in seconds and the end of what is signed by it now. */
export interface Clock {
  readonly nowSeconds: () => number;
  readonly endSeconds: () => number;
}

export function clockOf({ lifetimeSeconds, now = Date.now }: Lifetime, usual: number): Clock {
  const lifetime = lifetimeSeconds ?? usual;
  if (!Number.isSafeInteger(lifetime) || lifetime < 1 || lifetime > secondsMax) {
    throw new RangeError(`lifetimeSeconds is a whole number from 1 to ${secondsMax}`);
  }
  const nowSeconds = (): number => Math.floor(now() / 1000);
  return { nowSeconds, endSeconds: () => nowSeconds() + lifetime };
}

/** A field that something is bound to: not empty, and not of any length. */
export function requireField(name: string, value: string): void {
  if (value === '' || value.length > fieldCharsMax) {
    throw new RangeError(`${name} is 1 to ${fieldCharsMax} characters long`);
  }
}

export const fieldCharsMax = 4_096;
