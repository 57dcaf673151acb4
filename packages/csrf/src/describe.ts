import type { CsrfDecision, CsrfFacts } from './decision.ts';

type Reason = CsrfDecision['reason'];

const sentences: Readonly<Record<Reason, (facts: CsrfFacts) => string>> = {
  'exempt-route': () => 'The route is exempt.',
  'safe-method': ({ method }) => `${shown(method)} changes nothing.`,
  'event-stream-same-origin': () =>
    'An event stream without Origin was opened by a page of the same origin.',
  'top-level-navigation': () => 'A link was followed.',
  'same-origin': () => 'The browser says that a page of the same origin asks.',
  'user-initiated': () => 'The browser says that its user asks, not a page.',
  'own-origin': ({ origin }) => `${shown(origin)} is a public origin of the application.`,
  'trusted-origin': ({ origin }) => `${shown(origin)} is trusted.`,
  'no-credentials': () =>
    'It has neither Origin nor anything that a browser adds by itself, so that no user is abused.',
  'without-origin-allowed': () => 'It has no Origin, and the policy lets that pass.',
  'token-valid': () => 'The token is valid.',
  'token-required': () => 'The policy asks for a token.',
  'origin-null': () =>
    'Origin is null and there is no Sec-Fetch-Site: if the page is your own, its Referrer-Policy is no-referrer, or it is framed with sandbox; use same-origin or strict-origin-when-cross-origin, or send a token.',
  'without-origin': () =>
    'It has neither Sec-Fetch-Site nor Origin, but something that a browser adds by itself, as a session cookie; a program should send a token, or leave the cookie away.',
  'cross-site': ({ origin }) =>
    `The browser says that a page of another site asks${from(origin)}. If that is meant, list its origin in trustedOrigins.`,
  'same-site': ({ origin }) =>
    `The browser says that another origin of the same site asks${from(origin)}: another subdomain, scheme or port. If that is meant, list it in trustedOrigins.`,
  isolated: ({ fetchDest }) =>
    `Another site loads this as ${shown(fetchDest ?? 'something')}, and isolation only lets links from there pass.`,
  'origin-not-trusted': ({ origin }) =>
    `${shown(origin)} is neither a public nor a trusted origin: scheme, host and port have to be the same. Behind a proxy, publicOrigins is what visitors see.`,
  'origin-invalid': ({ origin }) => `${shown(origin)} is no origin that a browser sends.`,
  'token-not-configured': () => 'A token would decide, but no tokens are configured.',
  'token-without-session': () => 'A token would decide, but there is no session for it.',
  'token-missing': () => 'A token would decide, but there is none.',
  'token-malformed': () => 'The token has not the form of one: it was cut off or changed.',
  'token-unknown-key': () => 'The token was signed with a key that is not in the ring any more.',
  'token-forged': () => 'The signature of the token is wrong.',
  'token-other-session': () => 'The token was made for another session.',
  'token-expired': () => 'The token has expired; load the page again.',
};

/**
 * Says in a sentence or two why a request was decided as it was, for a log or for the site's own
 * developers. It repeats values of the request, shortened; escape it for HTML. Cookies and tokens
 * are never in it.
 *
 * @example
 * // Permitted: in the log.
 * log.warn(describe(facts, decision))
 *
 * @example
 * // Prohibited: to decide by the sentence; `decision.reason` is for that.
 * if (describe(facts, decision).includes('token')) askAgain()
 */
export function describe(facts: CsrfFacts, decision: CsrfDecision): string {
  const said = sentences[decision.reason](facts);
  if (decision.kind !== 'deny' || decision.asked === undefined) return said;
  return `${sentences[decision.asked](facts)} ${said}`;
}

function from(origin: string | undefined): string {
  return origin === undefined ? '' : `, ${shown(origin)}`;
}

function shown(value: string | undefined): string {
  const text = value ?? '';
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
