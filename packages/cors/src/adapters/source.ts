import { askDecider, isPending } from '../decider.ts';
import type { CorsDecider } from '../decider.ts';
import type { CorsDecision, CorsFacts } from '../decision.ts';
import type { CorsPolicy } from '../policy.ts';

/**
 * Whom an adapter asks: a policy, a decider, or a function that names one of them for a request.
 * `undefined` means that CORS has no say there: no header is touched, and a preflight is the
 * application's own.
 */
export type CorsSource<Request> =
  | CorsPolicy
  | CorsDecider
  | ((request: Request) => CorsPolicy | CorsDecider | undefined);

/** What every adapter may be told besides. */
export interface CorsAdapterOptions {
  /**
   * Called when an `Access-Control-*` header that something else had written was replaced, because
   * two voices contradict each other and a browser accepts one value only (Fetch Standard, "CORS
   * check"). Log it, and remove the other voice.
   *
   * @param name - The header, as in `Access-Control-Allow-Origin`.
   * @param value - What it said.
   */
  readonly onReplaced?: ((name: string, value: string) => void) | undefined;
}

/** The headers that are the policy's alone to write. */
export const corsHeaderNames = [
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Credentials',
  'Access-Control-Expose-Headers',
  'Access-Control-Allow-Methods',
  'Access-Control-Allow-Headers',
  'Access-Control-Max-Age',
] as const;

/** A decision, now or later; `undefined` where CORS has no say. */
export type Judged = CorsDecision | undefined | PromiseLike<CorsDecision>;

/**
 * Asks the source. Synchronous unless a decider is not.
 *
 * @param request - What the application knows the request as, for a source that is a function.
 * @param facts - The request's own facts, and its `Sec-Fetch-Site` header.
 */
export function judge<Request>(
  source: CorsSource<Request>,
  request: Request,
  facts: CorsFacts & { readonly fetchSite: string | undefined },
): Judged {
  const asked = typeof source === 'function' ? source(request) : source;
  if (asked === undefined) return undefined;
  const decision = askDecider(asked, facts);
  if (facts.fetchSite !== 'same-origin') return decision;
  return isPending(decision) ? decision.then(letSameOriginPass) : letSameOriginPass(decision);
}

/**
 * A site's own POST carries an `Origin`, which no list of other sites' origins has, and behind a
 * proxy the server cannot tell that it is its own. The browser can, and says so in a header that
 * pages cannot set (Fetch Metadata, `Sec-Fetch-Site`): CORS does not judge it, so that a policy
 * that rejects does not shut the site out of itself (spring-framework#31277).
 */
function letSameOriginPass(decision: CorsDecision): CorsDecision {
  if (decision.kind !== 'actual' || decision.status === undefined) return decision;
  return { ...decision, status: undefined };
}
