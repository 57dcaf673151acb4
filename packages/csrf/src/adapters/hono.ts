import type { CsrfPolicy } from '../policy.ts';
import { examine, isolationVary, overrideOf, refusalOf, tokenHeaderName } from './guard.ts';
import type { Asked, CsrfAdapterOptions } from './guard.ts';

export type { CsrfAdapterOptions, CsrfTokenCheck } from './guard.ts';

/** What is used of a Hono context. */
export interface HonoContext {
  readonly req: {
    readonly raw: {
      readonly method: string;
      readonly headers: { get(name: string): string | null };
    };
  };
  header(name: string, value: string, options?: { readonly append?: boolean }): void;
  readonly body: (body: string, status: 403, headers: Record<string, string>) => object;
}

/**
 * Middleware for Hono. It stands after CORS, which answers preflights, and before every route that it
 * guards. A route that takes requests from everywhere is registered before it; `route` can name one
 * as well.
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
  return async (context, next) => {
    if (policy.isolation) context.header('Vary', isolationVary, { append: true });
    const denied = await examine(policy, askedOf(context, options.route?.(context)), options);
    if (denied === undefined) return next();
    const { status, headers, body } = refusalOf(denied);
    // The type of an answer is Hono's own.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said above
    return context.body(body, status, { ...headers }) as ReturnType<Context['body']>;
  };
}

function askedOf<Context extends HonoContext>(
  context: Context,
  route: object | undefined,
): Asked<Context> {
  const { method, headers } = context.req.raw;
  const field = (name: string): string | undefined => headers.get(name) ?? undefined;
  return {
    request: context,
    tokenHeader: field(tokenHeaderName),
    facts: {
      method,
      origin: field('origin'),
      fetchSite: field('sec-fetch-site'),
      fetchMode: field('sec-fetch-mode'),
      fetchDest: field('sec-fetch-dest'),
      methodOverride: overrideOf(field),
      upgrade: field('upgrade'),
      accept: field('accept'),
      cookie: field('cookie'),
      authorization: field('authorization'),
      route,
    },
  };
}
