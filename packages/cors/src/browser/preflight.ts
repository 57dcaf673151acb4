import { corsCheck } from './cors-check.ts';
import type { FetchRequest } from './fetch-request.ts';
import { tokensOf } from './header-list.ts';
import { cachedSeconds } from './max-age.ts';
import { isSafelistedMethod } from './method.ts';
import { currentUrl, isSame } from './origins.ts';
import type { Grant } from './preflight-cache.ts';
import type { EngineProfile } from './profile.ts';
import type { SentRequest, ServerResponse } from './request.ts';
import type { FailureKind } from './trace.ts';
import { withoutFragment } from './url.ts';

/** What a preflight asks for. */
export interface PreflightQuestion {
  /** As in its `Origin` header. */
  readonly origin: string;
  /** The names that need permission, lower-case and sorted. */
  readonly unsafeNames: readonly string[];
}

export type PreflightOutcome =
  | { readonly granted: true; readonly grant: Grant }
  | {
      readonly granted: false;
      readonly failure: FailureKind;
      readonly parameter: string;
      /** What it would have granted to another method and other headers. */
      readonly grant?: Grant;
    };

/** The OPTIONS request that asks. https://fetch.spec.whatwg.org/#cors-preflight-fetch-0 */
export function preflightRequest(request: FetchRequest, question: PreflightQuestion): SentRequest {
  const { origin, unsafeNames } = question;
  const headers: (readonly [string, string])[] = [
    ['Accept', '*/*'],
    ['Access-Control-Request-Method', request.method],
  ];
  if (unsafeNames.length > 0) {
    headers.push(['Access-Control-Request-Headers', unsafeNames.join(',')]);
  }
  headers.push(['Origin', origin]);
  const url = withoutFragment(currentUrl(request));
  return { kind: 'preflight', method: 'OPTIONS', url, headers, hasBody: false };
}

/**
 * Whether the answer grants what was asked for: first the CORS check and the status, then both
 * lists, the method, each header. https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
 */
export function judgePreflight(
  request: FetchRequest,
  question: PreflightQuestion,
  { status, headers }: ServerResponse,
  profile: EngineProfile,
): PreflightOutcome {
  const include = request.credentials === 'include';
  // The network layer of browsers meets the redirect before anything looks at the headers.
  if (isRedirectStatus(status) && headers.some(([name]) => name.toLowerCase() === 'location')) {
    return fail('PreflightDisallowedRedirect');
  }
  const check = corsCheck(headers, question.origin, include);
  // nsCORSListenerProxy::CheckRequestApproved, mHasBeenCrossSite: it looks at the preflight alone.
  const withinOrigin =
    profile.preflightSaysPageOrigin && isSame(question.origin, currentUrl(request));
  if (!check.passed && !withinOrigin) return fail(`Preflight${check.failure}`, check.value);
  if (status < 200 || status > 299) return fail('PreflightInvalidStatus', String(status));
  const listedMethods = tokensOf(headers, 'access-control-allow-methods');
  if (listedMethods === 'failure') return fail('InvalidAllowMethodsPreflightResponse');
  const listedHeaders = tokensOf(headers, 'access-control-allow-headers');
  if (listedHeaders === 'failure') return fail('InvalidAllowHeadersPreflightResponse');
  const names = (listedHeaders ?? []).map((name) => name.toLowerCase());
  const silent = request.useCorsPreflight && profile.silenceGrantsFlagged ? [request.method] : [];
  const methods = listedMethods ?? silent;
  const grant = { methods, headers: names, seconds: cachedSeconds(headers, profile) };
  if (
    !methods.includes(request.method) &&
    !isSafelistedMethod(request.method) &&
    (include || !methods.includes('*'))
  ) {
    return { ...fail('MethodDisallowedByPreflightResponse', request.method), grant };
  }
  const wildcard = !include && names.includes('*');
  for (const name of question.unsafeNames) {
    const covered = wildcard && (name !== 'authorization' || profile.wildcardCoversAuthorization);
    if (!names.includes(name) && !covered) {
      return { ...fail('HeaderDisallowedByPreflightResponse', name), grant };
    }
  }
  return { granted: true, grant };
}

/** https://fetch.spec.whatwg.org/#redirect-status */
export function isRedirectStatus(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function fail(failure: FailureKind, parameter = ''): PreflightOutcome {
  return { granted: false, failure, parameter };
}
