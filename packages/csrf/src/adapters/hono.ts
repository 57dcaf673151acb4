import type { CsrfPolicy } from '../policy.ts';
import { examine, isolationVary, overrideHeaderNames, refusalOf, tokenHeaderName } from './guard.ts';
import type { Asked, CsrfAdapterOptions } from './guard.ts';

export type { CsrfAdapterOptions, CsrfTokenCheck } from './guard.ts';

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: {
    readonly raw: {
      readonly method: string;
      readonly headers: { get(name: string): string | null };
    };
    /** What the request matches; the last one is the handler. */
    readonly matchedRoutes?: readonly { readonly handler: object }[];
  };
  header(name: string, value: string, options?: { readonly append?: boolean }): void;
  readonly body: (
    body: string,
    status: 403,
    headers: Record<string, string>,
  ) => object;
}

/**
 * Middleware for Hono. It stands after CORS, which answers preflights, and before every route. The
 * route of a request is the last handler that it matches, so that `exempt: [webhook]` exempts the
 * routes of that function.
 *
 * @example
 * // Permitted.
 * app.use(csrf(policy, { token: { tokens, session: (context) => getCookie(context, 'session', 'host') } }))
 *
 * @example
 * // Prohibited: after the routes, which then answer without it.
 * app.post('/pay', pay); app.use(csrf(policy))
 */
export function csrf<Context extends HonoContext>(
  policy: CsrfPolicy,
  options: CsrfAdapterOptions<Context> = {},
): (context: Context, next: () => Promise<void>) => Promise<ReturnType<Context['body']> | void> {
  const { route = handlerOf } = options;
  return async (context, next) => {
    if (policy.isolation) context.header('Vary', isolationVary, { append: true });
    const reason = await examine(policy, askedOf(context, route(context)), options);
    if (reason === undefined) return next();
    const { status, headers, body } = refusalOf(reason);
    // The type of an answer is Hono's own.
    return context.body(body, status, { ...headers }) as ReturnType<Context['body']>;
  };
}

function askedOf<Context extends HonoContext>(
  context: Context,
  route: object | undefined,
): Asked<Context> {
  const { method, headers } = context.req.raw;
  const field = (name: string): string | undefined => headers.get(name) ?? undefined;
  const override = overrideHeaderNames.find((name) => headers.get(name) !== null);
  return {
    request: context,
    tokenHeader: field(tokenHeaderName),
    facts: {
      method,
      origin: field('origin'),
      fetchSite: field('sec-fetch-site'),
      fetchMode: field('sec-fetch-mode'),
      fetchDest: field('sec-fetch-dest'),
      methodOverride: override === undefined ? undefined : field(override),
      upgrade: field('upgrade'),
      accept: field('accept'),
      cookie: field('cookie'),
      authorization: field('authorization'),
      route,
    },
  };
}

function handlerOf({ req }: HonoContext): object | undefined {
  return req.matchedRoutes?.at(-1)?.handler;
}
