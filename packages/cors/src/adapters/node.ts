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
 * Puts a policy in front of a listener of `node:http` (or `node:https`, or the compatibility API of
 * `node:http2`). Preflights are answered here (Fetch Standard, "CORS-preflight fetch"); every other
 * request goes to the listener, and whatever it answers carries the policy's headers, however it
 * writes them.
 *
 * An error of the source or the listener goes where it would go without this: to the caller.
 *
 * @param source - The policy, or who decides; a function may choose by the request.
 * @returns The listener for `createServer`.
 *
 * @example
 * createServer(withCors(policy, (request, response) => response.end('hello')))
 *
 * @example
 * // Not so: what is answered before the policy is asked carries no header, and a page then sees
 * // "blocked by CORS" instead of 401.
 * createServer((request, response) => {
 *   if (!authenticated(request)) return void response.writeHead(401).end();
 *   withCors(policy, listener)(request, response);
 * })
 */
export function withCors<Request extends NodeRequest, Response extends NodeResponse>(
  source: CorsSource<Request>,
  listener: (request: Request, response: Response) => unknown,
  options: CorsAdapterOptions = {},
): (request: Request, response: Response) => unknown {
  return (request, response) => {
    const proceed = (decision: CorsDecision | undefined): unknown => {
      if (decision === undefined) return listener(request, response);
      rule(response, decision, options);
      if (decision.status === undefined) return listener(request, response);
      return answerNow(response, decision.status);
    };
    const judged = judge(source, request, nodeFacts(request));
    return isPending(judged) ? judged.then(proceed) : proceed(judged);
  };
}
