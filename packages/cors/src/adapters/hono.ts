import { answerOf, fetchFacts, settle } from './fetch-response.ts';
import type { FetchRequest, FetchResponse } from './fetch-response.ts';
import { judge } from './source.ts';
import type { CorsAdapterOptions, CorsSource } from './source.ts';

export type { FetchHeaders, FetchRequest, FetchResponse } from './fetch-response.ts';
export type { CorsDecider } from '../decider.ts';
export type { CorsAdapterOptions, CorsSource } from './source.ts';

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: { readonly raw: FetchRequest };
  get res(): FetchResponse;
  set res(answer: FetchResponse | undefined);
}

/** Contexts that a policy further in has decided about: the more specific one has the word. */
const settled = new WeakSet<object>();

/**
 * Middleware for Hono. It stands before authentication and before every route: preflights carry no
 * credentials, and what `app.onError` and `app.notFound` answer needs the headers as well. An
 * `OPTIONS` that is no preflight goes on to the application.
 *
 * @param source - The policy, or who decides; a function may choose by the context.
 *
 * @example
 * app.use(cors(policy))
 * app.use('/public/*', cors(open))
 *
 * @example
 * // Not so: the preflight is an OPTIONS, and this route is a PUT.
 * app.put('/things/:id', cors(policy), handler) // app.use('/things/*', cors(policy)) before it
 */
export function cors<Context extends HonoContext>(
  source: CorsSource<Context>,
  options: CorsAdapterOptions = {},
): (context: Context, next: () => Promise<void>) => Promise<void> {
  return async (context, next) => {
    const decision = await judge(source, context, fetchFacts(context.req.raw));
    if (decision === undefined) return next();
    if (decision.status !== undefined) {
      context.res = answerOf(decision, decision.status);
      return;
    }
    await next();
    if (settled.has(context)) return;
    settled.add(context);
    const answer = settle(context.res, decision, options);
    if (answer === context.res) return;
    // Hono copies the headers of the answer that is replaced, unless there is none.
    context.res = undefined;
    context.res = answer;
  };
}
