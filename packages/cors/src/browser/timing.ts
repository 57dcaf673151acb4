import type { FetchRequest } from './fetch-request.ts';
import { combined, trim } from './header-list.ts';
import { currentUrl, isSame, serializedOrigin } from './origins.ts';
import type { EngineProfile } from './profile.ts';
import type { HeaderList } from './request.ts';

/** Whether a page may see more of a response's timing than how long it took.
 * https://fetch.spec.whatwg.org/#tao-check */
export function timingAllowed(
  request: FetchRequest,
  headers: HeaderList,
  profile: EngineProfile,
): boolean {
  const value = combined(headers, 'timing-allow-origin') ?? '';
  const allowed = new Set(value.split(',').map(trim));
  const own = profile.timingIgnoresTaint && request.mode === 'no-cors';
  const origin = own ? request.facts.page.origin : serializedOrigin(request);
  if (allowed.has('*') || allowed.has(origin)) return true;
  if (request.mode === 'navigate') return isSame(request.facts.page.origin, currentUrl(request));
  return request.tainting === 'basic';
}
