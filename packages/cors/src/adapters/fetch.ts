import { answerOf, fetchFacts, settle } from './fetch-response.ts';
import type { FetchRequest, FetchResponse } from './fetch-response.ts';
import { judge } from './source.ts';
import type { CorsAdapterOptions, CorsSource } from './source.ts';

export type { FetchHeaders, FetchRequest, FetchResponse } from './fetch-response.ts';
export type { CorsDecider } from '../decider.ts';
export type { CorsAdapterOptions, CorsSource } from './source.ts';

/** What a handler of Fetch-style requests may be told besides. */
export interface FetchCorsOptions<Request, Response> extends CorsAdapterOptions {
  /**
   * Makes an answer of what the handler threw, so that it carries the policy's headers. Without it
   * the error goes on to the runtime, whose own error page has none: a page then sees "blocked by
   * CORS" instead of 500.
   */
  readonly onError?:
    | ((error: unknown, request: Request) => Response | Promise<Response>)
    | undefined;
}

/**
 * Puts a policy in front of a handler that is a function from `Request` to `Response`: Deno, Bun,
 * Cloudflare Workers, Next.js route handlers, SvelteKit, `app.fetch` of whatever framework. Further
 * arguments are passed on.
 *
 * @param source - The policy, or who decides; a function may choose by the request.
 * @returns The handler for the runtime.
 *
 * @example
 * export default { fetch: withCors(policy, (request) => new Response('hello')) }
 *
 * @example
 * // Not so: an answer made outside carries no header.
 * Deno.serve((request) => authenticated(request) ? withCors(policy, handler)(request) : denied())
 */
export function withCors<
  Request extends FetchRequest,
  Response extends FetchResponse,
  Rest extends readonly unknown[],
>(
  source: CorsSource<Request>,
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  options: FetchCorsOptions<Request, Response> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const { onError } = options;
  const run = async (request: Request, rest: Rest): Promise<Response> => {
    try {
      return await handler(request, ...rest);
    } catch (error) {
      if (onError === undefined) throw error;
      return onError(error, request);
    }
  };
  return async (request, ...rest) => {
    const decision = await judge(source, request, fetchFacts(request));
    if (decision === undefined) return run(request, rest);
    const answer =
      decision.status === undefined
        ? settle(await run(request, rest), decision, options)
        : answerOf(decision, decision.status);
    // The runtime has one class of answers; the handler's type is that, or describes it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return answer as Response;
  };
}
