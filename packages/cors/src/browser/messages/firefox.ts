import { isToken } from '../../tokens.ts';
import { corsCheck } from '../cors-check.ts';
import { combined, trim } from '../header-list.ts';
import type { MessageFacts } from '../messages.ts';
import { currentUrl, serializedOrigin } from '../origins.ts';
import type { HeaderList } from '../request.ts';
import type { FailureKind } from '../trace.ts';

type Texts = Readonly<
  Partial<Record<FailureKind, (facts: MessageFacts, headers: HeaderList) => string | undefined>>
>;

/** What Firefox writes: security.properties, in the cases of nsCORSListenerProxy.cpp. */
export function firefoxMessage(facts: MessageFacts): string {
  const { kind, parameter, request, response } = facts;
  const url = currentUrl(request).href;
  const headers = response?.headers ?? [];
  const reason =
    reasons[kind]?.(facts, headers) ??
    checkReason(kind.replace(/^Preflight/, ''), parameter, headers);
  if (reason === undefined) return loaderTexts[kind]?.(facts, headers) ?? '';
  // One text of security.properties has quotes around the URL, the others have none.
  const at = reason === wildcard ? `‘${url}’` : url;
  const says = reason === missing || reason === preflightFailed;
  const status = says ? ` Status code: ${response?.status ?? ''}.` : '';
  // A failure within the network has no status; Firefox writes so.
  const code = reason === didNotSucceed ? ' Status code: (null).' : status;
  return `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${at}. (Reason: ${reason}).${code}`;
}

const missing = 'CORS header ‘Access-Control-Allow-Origin’ missing';
const preflightFailed = 'CORS preflight response did not succeed';
const didNotSucceed = 'CORS request did not succeed';
const wildcard =
  'Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’';

const reasons: Texts = {
  CorsDisabledScheme: () => 'CORS request not http',
  PreflightInvalidStatus: () => preflightFailed,
  RedirectContainsCredentials: () => didNotSucceed,
  InvalidRedirect: ({ request }) => (request.tainting === 'cors' ? didNotSucceed : undefined),
  PreflightDisallowedRedirect: ({ request }, headers) => {
    // Its CORS check comes before the redirect is looked at.
    const check = corsCheck(headers, serializedOrigin(request), request.credentials === 'include');
    if (!check.passed) return checkReason(check.failure, check.value, headers);
    return 'CORS request external redirect not allowed';
  },
  InvalidAllowMethodsPreflightResponse: (_facts, headers) =>
    `invalid token ‘${badToken(headers, 'access-control-allow-methods')}’ in CORS header ‘Access-Control-Allow-Methods’`,
  InvalidAllowHeadersPreflightResponse: (_facts, headers) =>
    `invalid token ‘${badToken(headers, 'access-control-allow-headers')}’ in CORS header ‘Access-Control-Allow-Headers’`,
  MethodDisallowedByPreflightResponse: () =>
    'Did not find method in CORS header ‘Access-Control-Allow-Methods’',
  HeaderDisallowedByPreflightResponse: ({ parameter }) =>
    `header ‘${parameter}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response`,
};

function checkReason(failure: string, value: string, headers: HeaderList): string | undefined {
  switch (failure) {
    case 'MissingAllowOriginHeader':
      return missing;
    case 'WildcardOriginNotAllowed':
      return wildcard;
    case 'MultipleAllowOriginValues':
    case 'InvalidAllowOriginValue':
    case 'AllowOriginMismatch':
      // Firefox counts lines, and only those whose name has the capitals of the standard; a list in
      // one line is a value that does not match.
      return headers.filter(([name]) => name === 'Access-Control-Allow-Origin').length > 1
        ? 'Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed'
        : `CORS header ‘Access-Control-Allow-Origin’ does not match ‘${value}’`;
    case 'InvalidAllowCredentials':
      return 'expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’';
    default:
      return undefined;
  }
}

function badToken(headers: HeaderList, name: string): string {
  const elements = (combined(headers, name) ?? '').split(',').map(trim);
  return elements.find((element) => element !== '' && !isToken(element)) ?? '';
}

const loaderTexts: Texts = {
  BlockedByNosniff: ({ request }, headers) => {
    const url = currentUrl(request).href;
    const type = combined(headers, 'content-type') ?? '';
    const nosniff = combined(headers, 'x-content-type-options') !== undefined;
    if (request.initiator === 'module-script') {
      return `Loading module from “${url}” was blocked because of a disallowed MIME type (“${type}”).`;
    }
    return nosniff
      ? `The resource from “${url}” was blocked due to MIME type (“${type}”) mismatch (X-Content-Type-Options: nosniff).`
      : `Script from “${url}” was blocked because of a disallowed MIME type (“${type}”).`;
  },
  BlockedByCorp: ({ request }) =>
    `The resource at “${currentUrl(request).href}” was blocked due to its Cross-Origin-Resource-Policy header (or lack thereof). See https://developer.mozilla.org/docs/Web/HTTP/Cross-Origin_Resource_Policy_(CORP)#`,
  NotEligibleForIntegrity: ({ request }) =>
    `“${currentUrl(request).href}” is not eligible for integrity checks since it’s neither CORS-enabled nor same-origin.`,
};
