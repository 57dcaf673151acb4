import type { FetchRequest } from './fetch-request.ts';
import { combined, trim } from './header-list.ts';
import { currentUrl, isSame, serializedOrigin } from './origins.ts';
import type { HeaderList } from './request.ts';

/** Whether a page may see more of a response's timing than how long it took.
 * https://fetch.spec.whatwg.org/#tao-check */
export function timingAllowed(request: FetchRequest, headers: HeaderList): boolean {
  const value = combined(headers, 'timing-allow-origin') ?? '';
  const allowed = new Set(value.split(',').map(trim));
  if (allowed.has('*') || allowed.has(serializedOrigin(request))) return true;
  if (request.mode === 'navigate') return isSame(request.facts.page.origin, currentUrl(request));
  return request.tainting === 'basic';
}
