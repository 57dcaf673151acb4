import type { FetchRequest } from './fetch-request.ts';
import { isSafelistedMethod } from './method.ts';
import type { EngineProfile } from './profile.ts';
import { unsafeRequestHeaderNames } from './safelist.ts';

/**
 * The header names for which a preflight must ask, perhaps none; undefined where no preflight is
 * needed. https://fetch.spec.whatwg.org/#concept-main-fetch, "use-CORS-preflight flag is set, or
 * unsafe-request flag is set and …"
 *
 * The standard looks at the request as it is. Firefox and WebKit also remember what it was before it
 * was redirected.
 */
export function preflightNeed(
  request: FetchRequest,
  profile: EngineProfile,
): readonly string[] | undefined {
  const names = unsafeNames(request, profile);
  const needed =
    request.useCorsPreflight ||
    (request.unsafeRequest && (!isSafelistedMethod(request.method) || names.length > 0));
  if (needed)
    return profile.rememberedHeaders === 'stripped' ? withoutTaken(names, request) : names;
  return profile.preflightsAllFurtherHops ? request.askedBefore : undefined;
}

function unsafeNames(request: FetchRequest, profile: EngineProfile): readonly string[] {
  const current = unsafeRequestHeaderNames(request.headers, profile);
  const { rememberedHeaders } = profile;
  if (rememberedHeaders === 'none') return current;
  const first = unsafeRequestHeaderNames(request.firstHeaders, profile);
  if (rememberedHeaders === 'all') return first;
  const remembered = first.filter((name) => name !== 'content-type' || !isImplied(request));
  return [...new Set([...remembered, ...current])].toSorted((a, b) => (a < b ? -1 : 1));
}

/** XMLHttpRequest and beacons find the type of the body themselves; `fetch()` sets it as the page
 * would. */
function isImplied({ initiator, facts }: FetchRequest): boolean {
  if (initiator === 'beacon') return true;
  const set = facts.headers?.some(([name]) => name.toLowerCase() === 'content-type') === true;
  return initiator === 'xhr' && !set;
}

function withoutTaken(names: readonly string[], { taken }: FetchRequest): readonly string[] {
  return names.filter((name) => !taken.has(name));
}
