import { answerNow, nodeFacts, rule } from './node-response.ts';
import type { NodeRequest, NodeResponse } from './node-response.ts';
import { isPending } from '../decider.ts';
import { judge } from './source.ts';
import type { CorsAdapterOptions, CorsSource } from './source.ts';
import type { CorsDecision } from '../decision.ts';

export type { NodeRequest, NodeResponse } from './node-response.ts';
export type { CorsDecider } from '../decider.ts';
export type { CorsAdapterOptions, CorsSource } from './source.ts';

/**
 * Middleware for Express 4 and 5, and for whatever else calls `(request, response, next)`. It stands
 * before authentication and before every router: preflights carry no credentials, and an error page
 * without CORS headers hides the error from the page. An `OPTIONS` that is no preflight goes on to
 * the application.
 *
 * @param source - The policy, or who decides; a function may choose by the request.
 *
 * @example
 * app.use(cors(policy))
 * app.use(cors((request: Request) => (request.path.startsWith('/public/') ? open : closed)))
 *
 * @example
 * // Not so: there is no OPTIONS route, so that the preflight of the PUT gets no permission.
 * app.put('/things/:id', cors(policy), handler) // app.all('/things/:id', cors(policy)) before it
 */
export function cors<Request extends NodeRequest>(
  source: CorsSource<Request>,
  options: CorsAdapterOptions = {},
): (request: Request, response: NodeResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    const proceed = (decision: CorsDecision | undefined): void => {
      if (decision !== undefined) rule(response, decision, options);
      if (decision?.status === undefined) next();
      else answerNow(response, decision.status);
    };
    const judged = judge(source, request, nodeFacts(request));
    if (isPending(judged)) judged.then(proceed, next);
    else proceed(judged);
  };
}
