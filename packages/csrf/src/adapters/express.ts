import type { CsrfDenied } from '../decision.ts';
import type { CsrfPolicy } from '../policy.ts';
import { examine } from './guard.ts';
import type { CsrfAdapterOptions } from './guard.ts';
import { nodeAsked, refuse, varyByPolicy } from './node-request.ts';
import type { NodeRequest, NodeResponse } from './node-request.ts';

export type { CsrfAdapterOptions, CsrfTokenCheck } from './guard.ts';
export type { NodeRequest, NodeResponse } from './node-request.ts';

/**
 * Middleware for Express 4 and 5, and for whatever else calls `(request, response, next)`. It stands
 * after CORS, which answers preflights, and before every router. Express routes after it, so that a
 * route that takes requests from everywhere is registered before it; `route` can name one as well.
 *
 * @example
 * // Permitted: the webhook first, then everything else behind the policy.
 * app.post('/webhook', webhook);
 * app.use(csrf(policy, { token: { tokens, session: (request) => request.sessionID } }));
 *
 * @example
 * // Prohibited: before a middleware that changes the method; the override would not be looked at.
 * app.use(csrf(policy), methodOverride('_method'))
 */
export function csrf<Request extends NodeRequest>(
  policy: CsrfPolicy,
  options: CsrfAdapterOptions<Request> = {},
): (request: Request, response: NodeResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    varyByPolicy(policy, response);
    const proceed = (denied: CsrfDenied | undefined): void => {
      if (denied === undefined) next();
      else refuse(response, denied);
    };
    const asked = nodeAsked(request, request, options.route?.(request));
    const denied = examine(policy, asked, options);
    if (denied instanceof Promise) denied.then(proceed, next);
    else proceed(denied);
  };
}
