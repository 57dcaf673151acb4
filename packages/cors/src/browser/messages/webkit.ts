import { combined } from '../header-list.ts';
import type { MessageFacts } from '../messages.ts';
import { currentUrl, serializedOrigin } from '../origins.ts';

/**
 * What WebKit writes: CrossOriginAccessControl.cpp and CrossOriginPreflightResultCache.cpp. A second
 * line, "… cannot load … due to access control checks.", follows in the console.
 */
export function webkitMessage(facts: MessageFacts): string {
  const { kind, parameter, request, response } = facts;
  const status = response?.status;
  const headers = response?.headers ?? [];
  // It looks at a preflight's status first, and at its headers only when that is fine.
  if (kind.startsWith('Preflight') && status !== undefined && (status < 200 || status > 299)) {
    return `Preflight response is not successful. Status code: ${status}`;
  }
  switch (kind.replace(/^Preflight/, '')) {
    case 'WildcardOriginNotAllowed':
      return 'Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.';
    case 'MultipleAllowOriginValues':
      return parameter.includes(',')
        ? 'Access-Control-Allow-Origin cannot contain more than one origin.'
        : notAllowed(facts);
    case 'MissingAllowOriginHeader':
    case 'InvalidAllowOriginValue':
    case 'AllowOriginMismatch':
      return notAllowed(facts);
    case 'InvalidAllowCredentials':
      return 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".';
    case 'InvalidAllowMethodsPreflightResponse':
      return `Header Access-Control-Allow-Methods has an invalid value: ${combined(headers, 'access-control-allow-methods') ?? ''}`;
    case 'InvalidAllowHeadersPreflightResponse':
      return `Header Access-Control-Allow-Headers has an invalid value: ${combined(headers, 'access-control-allow-headers') ?? ''}`;
    case 'MethodDisallowedByPreflightResponse':
      return `Method ${parameter} is not allowed by Access-Control-Allow-Methods.`;
    case 'HeaderDisallowedByPreflightResponse':
      return `Request header field ${spelling(facts)} is not allowed by Access-Control-Allow-Headers.`;
    case 'CorsDisabledScheme':
      return request.urls.length > 1
        ? 'not allowed to follow a cross-origin CORS redirection with non CORS scheme'
        : 'Cross origin requests are only supported for HTTP.';
    case 'RedirectContainsCredentials':
      return `redirection URL ${parameter} has credentials`;
    case 'BlockedByCorp':
      return `Cancelled load to ${currentUrl(request).href} because it violates the resource's Cross-Origin-Resource-Policy response header.`;
    default:
      return '';
  }
}

function notAllowed({ request, response }: MessageFacts): string {
  return `Origin ${serializedOrigin(request)} is not allowed by Access-Control-Allow-Origin. Status code: ${response?.status ?? 0}`;
}

/** WebKit names a header as the page wrote it. */
function spelling({ parameter, request }: MessageFacts): string {
  const written = request.facts.headers?.find(([name]) => name.toLowerCase() === parameter);
  return written?.[0] ?? (parameter === 'content-type' ? 'Content-Type' : parameter);
}
