import { combined } from './header-list.ts';
import type { EngineProfile } from './profile.ts';
import type { HeaderList } from './request.ts';

/** What a preflight is kept for when the server does not say. */
const defaultSeconds = 5;

/**
 * For how many seconds the answer to a preflight is kept; 0 means not at all.
 * https://fetch.spec.whatwg.org/#http-access-control-max-age
 */
export function cachedSeconds(headers: HeaderList, profile: EngineProfile): number {
  const value = combined(headers, 'access-control-max-age');
  if (value === undefined || value === '') return defaultSeconds;
  const integer = profile.maxAgeIsInt64 ? /^[+-]?\d+$/ : /^-?\d+$/;
  const readable = integer.test(value) && !(profile.maxAgeIsInt64 && isBeyondInt64(value));
  if (!readable) return profile.invalidMaxAge === 'default' ? defaultSeconds : 0;
  if (value.startsWith('-')) return profile.negativeMaxAge === 'default' ? defaultSeconds : 0;
  return Math.min(Number(value), profile.maxAgeCapSeconds);
}

/** Such a number is none to a parser of 64 bits. */
function isBeyondInt64(value: string): boolean {
  return Math.abs(Number(value)) >= 2 ** 63;
}
