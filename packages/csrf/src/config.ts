import type { OriginSet } from '@causeway/cors';

/**
 * Which requests may change state. What is left out is the careful choice.
 *
 * @example
 * // Permitted: the origin that visitors see in their address bar.
 * const config: CsrfConfig = { publicOrigins: ['https://bank.example'] };
 *
 * @example
 * // Prohibited: a host without its scheme, and a path.
 * const config: CsrfConfig = { publicOrigins: ['bank.example', 'https://bank.example/app'] };
 */
export interface CsrfConfig {
  /**
   * Where the application is reached by browsers: scheme, host and port of each. Not what a proxy
   * hands on: `Host` is never looked at, because it says neither scheme nor port, and because a
   * proxy may have changed it. Pages of one of these may change state at all of them.
   */
  readonly publicOrigins: readonly string[];
  /**
   * Other origins whose pages may change state here with the visitor's cookies: origins,
   * `https://*.example.com`, `http://localhost:*`; or the `origins` of a CORS policy, so that both
   * are one list.
   */
  readonly trustedOrigins?: readonly string[] | OriginSet<object> | undefined;
  /**
   * The cookies that say who a visitor is. Unless told, every cookie counts as one of them. Only
   * asked when a request has neither `Sec-Fetch-Site` nor `Origin`.
   */
  readonly sessionCookies?: readonly string[] | undefined;
  /**
   * What happens to a request that has neither `Sec-Fetch-Site` nor `Origin`, as curl and servers
   * send it, and no browser of the last years.
   *
   * - `if-no-credentials` (default): it passes when it brings nothing that a browser adds by itself
   *   (a session cookie, Basic, Digest or Negotiate authentication, a client certificate); else it
   *   needs a token.
   * - `token`: it always needs a token.
   * - `dangerously-allow`: it passes. An old browser, or a proxy that removes headers, then opens
   *   the door.
   */
  readonly withoutOrigin?: 'if-no-credentials' | 'token' | 'dangerously-allow' | undefined;
  /**
   * Whether a token is asked for where headers leave it open (`fallback`, the default), or from
   * every request that changes state (`required`), whatever its headers say.
   */
  readonly token?: 'fallback' | 'required' | undefined;
  /**
   * What QUERY is. RFC 10008 calls it safe, but a page needs a preflight to send it across origins,
   * so that treating it as `state-changing` (default) costs no page anything that works today.
   */
  readonly query?: 'state-changing' | 'safe' | undefined;
  /**
   * Also refuse safe requests from other sites, except for links that are followed and for what
   * trusted origins fetch (a "resource isolation policy"). It needs Fetch Metadata: a request
   * without passes. A page on a trusted origin that embeds an image from here is refused as well,
   * because browsers send no `Origin` with that.
   */
  readonly isolation?: boolean | undefined;
  /**
   * Routes that take requests from everywhere: the objects that the adapter's `route` gives for
   * them, as their handlers. By identity; there are no path patterns, because a pattern that matched
   * more than was meant is how Go's was passed by (CVE-2025-47910).
   */
  readonly exempt?: readonly object[] | undefined;
  /** `report` refuses nothing and only tells; `enforce` (default) does both. */
  readonly mode?: 'enforce' | 'report' | undefined;
  /** Accept `http://` origins of other machines in `trustedOrigins`: whoever is on the network speaks
   * for them. */
  readonly dangerouslyTrustInsecureOrigins?: boolean | undefined;
}

/** Every key of `CsrfConfig`, with the values that one of them may have. */
export const configKeys = {
  publicOrigins: 'texts',
  trustedOrigins: 'origins',
  sessionCookies: 'texts',
  withoutOrigin: ['if-no-credentials', 'token', 'dangerously-allow'],
  token: ['fallback', 'required'],
  query: ['state-changing', 'safe'],
  isolation: [true, false],
  exempt: 'objects',
  mode: ['enforce', 'report'],
  dangerouslyTrustInsecureOrigins: [true, false],
} as const satisfies Record<keyof CsrfConfig, readonly unknown[] | 'texts' | 'objects' | 'origins'>;
