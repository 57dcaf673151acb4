import type { FetchRequest } from './fetch-request.ts';
import type { Initiator } from './request.ts';
import type { Failure, FailureKind } from './trace.ts';
import { currentUrl, serializedOrigin } from './origins.ts';

/** What a message is made of. */
export interface MessageFacts {
  readonly kind: FailureKind;
  readonly parameter: string;
  readonly request: FetchRequest;
  /** Of the answer that failed. */
  readonly status: number | undefined;
}

/** What each engine writes to its console; empty where it says nothing, or nothing of CORS. */
export function messagesOf(facts: MessageFacts): Failure['messages'] {
  return { chromium: chromium(facts), firefox: firefox(facts), webkit: webkit(facts) };
}

const requestNames: Readonly<Partial<Record<Initiator, string>>> = {
  xhr: 'XMLHttpRequest',
  img: 'image',
  script: 'script',
  'module-script': 'script',
  stylesheet: 'CSS stylesheet',
  font: 'font',
  video: 'video',
};

const preflightPrefix = "Response to preflight request doesn't pass access control check: ";

/** third_party/blink/renderer/platform/loader/cors/cors_error_string.cc */
function chromium({ kind, parameter, request }: MessageFacts): string {
  const { initiator, urls, facts } = request;
  const text = chromiumText(kind, parameter, request);
  if (text === '') return '';
  const redirected = urls.length > 1 ? ` (redirected from '${urls[0].href}')` : '';
  const what = requestNames[initiator] ?? 'fetch';
  const url = currentUrl(request).href;
  return `Access to ${what} at '${url}'${redirected} from origin '${facts.page.origin}' has been blocked by CORS policy: ${text}`;
}

function chromiumText(kind: string, parameter: string, request: FetchRequest): string {
  if (kind.startsWith('Preflight')) {
    if (kind === 'PreflightInvalidStatus') {
      return `${preflightPrefix}It does not have HTTP ok status.`;
    }
    if (kind === 'PreflightDisallowedRedirect') {
      return `${preflightPrefix}Redirect is not allowed for a preflight request.`;
    }
    return preflightPrefix + chromiumCheck(kind.slice('Preflight'.length), parameter, request);
  }
  switch (kind) {
    case 'DisallowedByMode':
      return 'Cross origin requests are not allowed by request mode.';
    case 'CorsDisabledScheme':
      return 'Cross origin requests are only supported for protocol schemes: chrome, chrome-untrusted, data, http, https.';
    case 'InvalidAllowMethodsPreflightResponse':
      return 'Cannot parse Access-Control-Allow-Methods response header in preflight response.';
    case 'InvalidAllowHeadersPreflightResponse':
      return 'Cannot parse Access-Control-Allow-Headers response header in preflight response.';
    case 'MethodDisallowedByPreflightResponse':
      return `Method ${parameter} is not allowed by Access-Control-Allow-Methods in preflight response.`;
    case 'HeaderDisallowedByPreflightResponse':
      return `Request header field ${parameter} is not allowed by Access-Control-Allow-Headers in preflight response.`;
    case 'RedirectContainsCredentials':
      return `Redirect location '${parameter}' contains a username and password, which is disallowed for cross-origin requests.`;
    default:
      return chromiumCheck(kind, parameter, request);
  }
}

function chromiumCheck(kind: string, parameter: string, { initiator }: FetchRequest): string {
  const xhr =
    initiator === 'xhr'
      ? ' The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.'
      : '';
  switch (kind) {
    case 'MissingAllowOriginHeader':
      return "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    case 'WildcardOriginNotAllowed':
      return `The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.${xhr}`;
    case 'MultipleAllowOriginValues':
      return `The 'Access-Control-Allow-Origin' header contains multiple values '${parameter}', but only one is allowed.`;
    case 'InvalidAllowOriginValue':
      return `The 'Access-Control-Allow-Origin' header contains the invalid value '${parameter}'.`;
    case 'AllowOriginMismatch':
      return `The 'Access-Control-Allow-Origin' header has a value '${parameter}' that is not equal to the supplied origin.`;
    case 'InvalidAllowCredentials':
      return `The value of the 'Access-Control-Allow-Credentials' header in the response is '${parameter}' which must be 'true' when the request's credentials mode is 'include'.${xhr}`;
    default:
      return '';
  }
}

/** dom/locales/en-US/chrome/security/security.properties, the keys CORS… */
function firefox(facts: MessageFacts): string {
  const reason = firefoxReason(facts);
  if (reason === '') return '';
  const url = currentUrl(facts.request).href;
  const { kind, status } = facts;
  const code = namesStatus.has(kind) && status !== undefined ? ` Status code: ${status}.` : '';
  return `Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ${url}. (Reason: ${reason}).${code}`;
}

const namesStatus: ReadonlySet<FailureKind> = new Set([
  'MissingAllowOriginHeader',
  'PreflightMissingAllowOriginHeader',
  'PreflightInvalidStatus',
  'PreflightDisallowedRedirect',
]);

function firefoxReason({ kind, parameter }: MessageFacts): string {
  switch (kind.replace(/^Preflight(?!Invalid(?:Status)|Disallowed)/, '')) {
    case 'MissingAllowOriginHeader':
      return 'CORS header ‘Access-Control-Allow-Origin’ missing';
    case 'WildcardOriginNotAllowed':
      return 'Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’';
    case 'MultipleAllowOriginValues':
      return 'Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed';
    case 'InvalidAllowOriginValue':
    case 'AllowOriginMismatch':
      return `CORS header ‘Access-Control-Allow-Origin’ does not match ‘${parameter}’`;
    case 'InvalidAllowCredentials':
      return 'expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’';
    case 'CorsDisabledScheme':
      return 'CORS request not http';
    case 'PreflightInvalidStatus':
    case 'PreflightDisallowedRedirect':
      return 'CORS preflight response did not succeed';
    case 'InvalidAllowMethodsPreflightResponse':
      return `invalid token ‘${parameter}’ in CORS header ‘Access-Control-Allow-Methods’`;
    case 'InvalidAllowHeadersPreflightResponse':
      return `invalid token ‘${parameter}’ in CORS header ‘Access-Control-Allow-Headers’`;
    case 'MethodDisallowedByPreflightResponse':
      return 'Did not find method in CORS header ‘Access-Control-Allow-Methods’';
    case 'HeaderDisallowedByPreflightResponse':
      return `header ‘${parameter}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response`;
    default:
      return '';
  }
}

/** Source/WebCore/loader/CrossOriginAccessControl.cpp and CrossOriginPreflightChecker.cpp */
function webkit({ kind, parameter, request, status }: MessageFacts): string {
  const origin = serializedOrigin(request);
  switch (kind.replace(/^Preflight(?!Invalid(?:Status)|Disallowed)/, '')) {
    case 'WildcardOriginNotAllowed':
      return 'Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.';
    case 'MultipleAllowOriginValues':
      return parameter.includes(',')
        ? 'Access-Control-Allow-Origin cannot contain more than one origin.'
        : notAllowed(origin, status);
    case 'MissingAllowOriginHeader':
    case 'InvalidAllowOriginValue':
    case 'AllowOriginMismatch':
      return notAllowed(origin, status);
    case 'InvalidAllowCredentials':
      return 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".';
    case 'CorsDisabledScheme':
      return 'Cross origin requests are only supported for HTTP.';
    case 'PreflightInvalidStatus':
    case 'PreflightDisallowedRedirect':
      return `Preflight response is not successful. Status code: ${status}`;
    case 'MethodDisallowedByPreflightResponse':
      return `Method ${parameter} is not allowed by Access-Control-Allow-Methods.`;
    case 'HeaderDisallowedByPreflightResponse':
      return `Request header field ${parameter} is not allowed by Access-Control-Allow-Headers.`;
    default:
      return '';
  }
}

function notAllowed(origin: string, status: number | undefined): string {
  return `Origin ${origin} is not allowed by Access-Control-Allow-Origin.${status === undefined ? '' : ` Status code: ${status}`}`;
}
