import type { CorsDecision, CorsFacts } from './decision.ts';
import { originCharsMax } from './origin.ts';
import { findOrigin } from './origin-set.ts';
import type { CorsPolicy } from './policy.ts';

const listProblems = {
  'too-long': 'it is longer than 8192 characters',
  'too-many': 'it has more than 128 names',
  'not-a-token': 'an element of it is no header name',
} as const;

const providerProblems = {
  'time-limit': 'The origin provider did not answer in time, so that the origin is not allowed.',
  error: 'The origin provider failed, so that the origin is not allowed.',
  'too-many': 'The origin provider has too many origins to answer for already.',
} as const;

/**
 * Says in one sentence or two why a request was decided as it was, for a log or an error page that
 * the site's own developers see. It repeats values of the request, shortened; escape it for HTML.
 *
 * @example
 * describeDecision(policy, facts, decide(policy, facts))
 * // 'The policy does not allow the origin "http://app.example.com". It allows "https://app.example.com": the scheme differs.'
 *
 * @example
 * // Not so: for the browser of whoever asks; it would tell strangers what the policy lists.
 * response.end(describeDecision(policy, facts, decision)) // log(describeDecision(…))
 */
export function describeDecision(
  policy: CorsPolicy,
  facts: CorsFacts,
  decision: CorsDecision,
): string {
  const { reason, rule } = decision;
  if (reason.code === 'provider-failed') return providerProblems[reason.problem];
  if (reason.code === 'headers-invalid') {
    return `Access-Control-Request-Headers is not a list that a browser sends: ${listProblems[reason.problem]}.`;
  }
  if (reason.code === 'header-not-allowed') {
    return `The policy does not allow the request header ${shown(reason.name)}.`;
  }
  const method = facts.requestMethod ?? '';
  const sentences: Record<typeof reason.code, () => string> = {
    'no-origin': () => 'The request has no Origin header, so it is no CORS request.',
    'any-origin': () => 'The policy allows every origin, without credentials.',
    'origin-provided': () => 'The origin provider allows the origin.',
    'origin-listed': () => `The policy allows the origin by ${shown(rule ?? '')}.`,
    'origin-not-allowed': () => describeOrigin(policy, facts.origin ?? ''),
    'method-not-allowed': () => `The policy does not allow the method ${shown(method)}.`,
    'method-case': () =>
      `The policy allows the method ${shown(method.toUpperCase())}, not ${shown(method)}: methods are case-sensitive, and browsers capitalise put but not patch.`,
    'method-not-a-token': () =>
      `Access-Control-Request-Method is ${shown(method)}, which is no method.`,
    'authorization-not-listed': () =>
      'The policy allows every request header but Authorization, which "*" does not cover; list authorization in requestHeaders.',
  };
  return sentences[reason.code]();
}

function describeOrigin(policy: CorsPolicy, origin: string): string {
  const said = `The policy does not allow the origin ${shown(origin)}.`;
  for (const [why, near] of neighbours(origin)) {
    if (near !== origin && findOrigin(policy.origins, near) !== undefined) {
      return `${said} It allows ${shown(near)}: ${why}.`;
    }
  }
  return said;
}

/** Origins that may have been meant: the mistakes that are made again and again. */
function neighbours(origin: string): readonly (readonly [why: string, origin: string])[] {
  const schemeEnd = origin.indexOf('://');
  // Hostile values get no help.
  if (origin.length > originCharsMax || schemeEnd === -1) return [];
  const scheme = origin.slice(0, schemeEnd);
  const authority = origin.slice(schemeEnd + 3);
  const colon = authority.lastIndexOf(':');
  const host = colon > authority.lastIndexOf(']') ? authority.slice(0, colon) : authority;
  const port = authority.slice(host.length);
  const other = scheme === 'http' ? 'https' : 'http';
  const www = host.startsWith('www.') ? host.slice(4) : `www.${host}`;
  const near: [string, string][] = [
    ['an origin ends without a slash', origin.endsWith('/') ? origin.slice(0, -1) : origin],
    ['browsers send lower case', origin.toLowerCase()],
    ['the scheme differs', `${other}://${authority}`],
    ['the port differs', `${scheme}://${host}`],
    ['scheme and port differ', `${other}://${host}`],
    ['www. makes another host', `${scheme}://${www}${port}`],
  ];
  const twins = ['localhost', '127.0.0.1'];
  const twin = twins.includes(host) ? twins.find((name) => name !== host) : undefined;
  if (twin !== undefined) near.push(['that is another origin', `${scheme}://${twin}${port}`]);
  return near;
}

function shown(value: string): string {
  return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
}
