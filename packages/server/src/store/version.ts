import { Buffer } from 'node:buffer';
import type { Random } from './ids.ts';

/**
 * Which of a key's versions something is, and when it came: the versions of a key are ordered by
 * their stamps, newest last, whatever the clock did.
 */
export interface Version {
  /** `null` for what was written while the bucket kept no versions; else 32 hexadecimal digits, of
   * which the first 16 are the stamp. */
  readonly id: string;
  /** 16 hexadecimal digits: milliseconds, and a counter within them. */
  readonly stamp: string;
}

export const nullVersionId = 'null';

const stampDigits = 16;
const randomBytes = 8;

/** The stamp of what was written at a time, when nothing came before. */
export function stampAt(timeMs: number): string {
  return `${timeMs.toString(16).padStart(12, '0')}0000`;
}

/** A stamp for now that is greater than the last one, also when the clock went back. */
export function nextStamp(nowMs: number, last: string | undefined): string {
  const stamp = stampAt(nowMs);
  if (last === undefined || stamp > last) return stamp;
  return (BigInt(`0x${last}`) + 1n).toString(16).padStart(stampDigits, '0');
}

/** A version with an id of its own. The random part keeps an id from naming versions of other
 * keys that were written in the same millisecond. */
export function newVersion(stamp: string, random: Random): Version {
  return { id: `${stamp}${Buffer.from(random(randomBytes)).toString('hex')}`, stamp };
}

/** Whether a text can be the id of a version; anything else is a mistake of the client. */
export const isVersionId = (text: string): boolean =>
  text === nullVersionId || /^[0-9a-f]{32}$/.test(text);

/** The stamp in the id of a version; none for `null`. */
export const stampIn = (id: string): string => id.slice(0, stampDigits);
