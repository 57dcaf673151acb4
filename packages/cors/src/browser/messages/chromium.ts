import { combined } from '../header-list.ts';
import type { MessageFacts } from '../messages.ts';
import { currentUrl } from '../origins.ts';
import type { Initiator } from '../request.ts';
import type { FailureKind } from '../trace.ts';

type Texts = Readonly<Partial<Record<FailureKind, (facts: MessageFacts) => string>>>;

/**
 * What Chromium writes: blink's cors_error_string.cc where CORS failed, fetch_manager.cc for what
 * `fetch()` refuses itself, and the texts of the loaders for what is not CORS.
 */
export function chromiumMessage(facts: MessageFacts): string {
  const { kind, request } = facts;
  const { initiator, urls } = request;
  const [first] = urls;
  const url = currentUrl(request).href;
  const refusal = initiator === 'fetch' && urls.length === 1 ? fetchTexts[kind] : undefined;
  if (refusal !== undefined) return `Fetch API cannot load ${url}. ${refusal(facts)}`;
  const text = corsTexts[kind]?.(facts) ?? checkText(facts);
  if (text === undefined) return loaderTexts[kind]?.(facts) ?? '';
  const redirected = urls.length > 1 ? ` (redirected from '${first.href}')` : '';
  const what = resourceNames[initiator] ?? 'resource';
  const { origin } = request.facts.page;
  return `Access to ${what} at '${url}'${redirected} from origin '${origin}' has been blocked by CORS policy: ${text}`;
}

const resourceNames: Readonly<Partial<Record<Initiator, string>>> = {
  fetch: 'fetch',
  xhr: 'XMLHttpRequest',
  img: 'image',
  'css-image': 'image',
  script: 'script',
  'module-script': 'script',
  stylesheet: 'CSS stylesheet',
  font: 'font',
  preload: 'font',
  video: 'video',
};

const fetchTexts: Texts = {
  DisallowedByMode: ({ request }) =>
    `Request mode is "same-origin" but the URL's origin is not same as the request origin ${request.facts.page.origin}.`,
  CorsDisabledScheme: ({ request }) =>
    `URL scheme "${currentUrl(request).protocol.slice(0, -1)}" is not supported.`,
  NoCorsRedirectModeNotFollow: () =>
    'Request mode is "no-cors" but the redirect mode is not "follow".',
};

const preflightPrefix = "Response to preflight request doesn't pass access control check: ";

const corsTexts: Texts = {
  DisallowedByMode: () => 'Cross origin requests are not allowed by request mode.',
  InvalidResponse: () => 'The response is invalid.',
  CorsDisabledScheme: () =>
    'Cross origin requests are only supported for protocol schemes: chrome, chrome-untrusted, data, http, https.',
  PreflightInvalidStatus: () => `${preflightPrefix}It does not have HTTP ok status.`,
  PreflightDisallowedRedirect: () =>
    `${preflightPrefix}Redirect is not allowed for a preflight request.`,
  InvalidAllowMethodsPreflightResponse: () =>
    'Cannot parse Access-Control-Allow-Methods response header field in preflight response.',
  InvalidAllowHeadersPreflightResponse: () =>
    'Cannot parse Access-Control-Allow-Headers response header field in preflight response.',
  MethodDisallowedByPreflightResponse: ({ parameter }) =>
    `Method ${parameter} is not allowed by Access-Control-Allow-Methods in preflight response.`,
  HeaderDisallowedByPreflightResponse: ({ parameter }) =>
    `Request header field ${parameter} is not allowed by Access-Control-Allow-Headers in preflight response.`,
  // Seen in Chromium 153: the quotes are empty.
  RedirectContainsCredentials: () =>
    "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.",
};

const xhrHint =
  ' The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.';
const fetchHint = ' Have the server send the header with a valid value.';

/** Of the CORS check, which is made of the answer to a preflight and of the answer itself. */
function checkText({ kind, parameter, request }: MessageFacts): string | undefined {
  const preflight = kind.startsWith('Preflight');
  const prefix = preflight ? preflightPrefix : '';
  const xhr = request.initiator === 'xhr' ? xhrHint : '';
  const fetch = request.initiator === 'fetch' ? fetchHint : '';
  switch (preflight ? kind.slice('Preflight'.length) : kind) {
    case 'MissingAllowOriginHeader':
      return `${prefix}No 'Access-Control-Allow-Origin' header is present on the requested resource.`;
    case 'WildcardOriginNotAllowed':
      return `${prefix}The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.${xhr}`;
    case 'MultipleAllowOriginValues':
      return `${prefix}The 'Access-Control-Allow-Origin' header contains multiple values '${parameter}', but only one is allowed.${fetch}`;
    case 'InvalidAllowOriginValue':
      return `${prefix}The 'Access-Control-Allow-Origin' header contains the invalid value '${parameter}'.${fetch}`;
    case 'AllowOriginMismatch':
      return `${prefix}The 'Access-Control-Allow-Origin' header has a value '${parameter}' that is not equal to the supplied origin.${fetch}`;
    case 'InvalidAllowCredentials':
      return `${prefix}The value of the 'Access-Control-Allow-Credentials' header in the response is '${parameter}' which must be 'true' when the request's credentials mode is 'include'.${xhr}`;
    default:
      return undefined;
  }
}

const loaderTexts: Texts = {
  BlockedByNosniff: wrongType,
  BlockedByCorp: ({ request, response }) => {
    const policy = combined(response?.headers ?? [], 'cross-origin-resource-policy');
    const { embedderPolicy = 'unsafe-none' } = request.facts.page;
    const defaulted = policy === undefined && embedderPolicy !== 'unsafe-none';
    const reason = policy === 'same-site' ? 'NotSameSite' : 'NotSameOrigin';
    return `Failed to load resource: net::ERR_BLOCKED_BY_RESPONSE.${reason}${defaulted ? 'AfterDefaultedToSameOriginByCoep' : ''}`;
  },
  NotEligibleForIntegrity: ({ request }) =>
    `Subresource Integrity: The resource '${currentUrl(request).href}' has an integrity attribute, but the resource requires the request to be CORS enabled to check the integrity, and it is not. The resource has been blocked because the integrity cannot be enforced.`,
  TooManyRedirects: () => 'Failed to load resource: net::ERR_TOO_MANY_REDIRECTS',
};

function wrongType({ request, response }: MessageFacts): string {
  const url = currentUrl(request).href;
  const headers = response?.headers ?? [];
  const type = combined(headers, 'content-type') ?? '';
  // Opaque response blocking comes first, and says nothing.
  if (request.tainting === 'opaque' && !/^(?:audio|image|video)\//i.test(type)) return '';
  if (request.initiator === 'stylesheet') {
    return `Refused to apply style from '${url}' because its MIME type ('${type}') is not a supported stylesheet MIME type, and strict MIME checking is enabled.`;
  }
  if (request.initiator === 'module-script') {
    return `Failed to load module script: Expected a JavaScript-or-Wasm module script but the server responded with a MIME type of "${type}". Strict MIME type checking is enforced for module scripts per HTML spec.`;
  }
  const strict = combined(headers, 'x-content-type-options') !== undefined;
  return `Refused to execute script from '${url}' because its MIME type ('${type}') is not executable${strict ? ', and strict MIME type checking is enabled' : ''}.`;
}
