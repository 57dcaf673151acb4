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
  if (value === undefined) return defaultSeconds;
  if (/^-\d+$/.test(value)) {
    return profile.negativeMaxAge === 'default' ? defaultSeconds : 0;
  }
  if (!/^\d+$/.test(value)) return profile.invalidMaxAge === 'default' ? defaultSeconds : 0;
  return Math.min(Number(value), profile.maxAgeCapSeconds);
}
