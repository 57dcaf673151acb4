import type { CsrfDenied } from '../decision.ts';
import type { CsrfPolicy } from '../policy.ts';
import { examine, refusalOf } from './guard.ts';
import type { CsrfAdapterOptions } from './guard.ts';
import { nodeAsked, varyByPolicy } from './node-request.ts';
import type { NodeRequest, NodeResponse } from './node-request.ts';

export type { CsrfAdapterOptions, CsrfTokenCheck } from './guard.ts';
export type { NodeRequest, NodeResponse } from './node-request.ts';

/** What is used of a Fastify request. */
export interface FastifyRequestLike {
  readonly raw: NodeRequest;
}

/** What is used of a Fastify reply. */
export interface FastifyReplyLike {
  readonly raw: NodeResponse;
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

type Hook<Request> = (
  request: Request,
  reply: FastifyReplyLike,
  done: (error?: Error) => void,
) => void;

/** What is used of a Fastify instance. */
export interface FastifyLike<Request extends FastifyRequestLike> {
  addHook(name: 'onRequest' | 'preHandler', hook: Hook<Request>): unknown;
}

/** Options of this adapter. */
export interface FastifyCsrfOptions<Request> extends CsrfAdapterOptions<Request> {
  /** When it is decided: `onRequest` (default), before the body is read; `preHandler`, after it, for
   * a token in a form's field. */
  readonly hook?: 'onRequest' | 'preHandler' | undefined;
}

/**
 * A plugin for Fastify 5, for the context that it is registered in and all below, whatever is
 * registered first. A route that takes requests from everywhere stands in a context of its own;
 * `route` can name one as well, by `request.routeOptions.url`. (Fastify wraps handlers, so that
 * they are none to go by.)
 *
 * @example
 * // Permitted.
 * await app.register(csrf(policy, { token: { tokens, session: (request) => request.session.id } }))
 *
 * @example
 * // Prohibited: in a group, while routes that change state stand beside it.
 * app.register(async (group) => { await group.register(csrf(policy)); }); app.post('/pay', pay)
 */
export function csrf<Request extends FastifyRequestLike>(
  policy: CsrfPolicy,
  options: FastifyCsrfOptions<Request> = {},
): (instance: FastifyLike<Request>, pluginOptions: unknown, done: () => void) => void {
  const { hook = 'onRequest' } = options;
  const plugin = (instance: FastifyLike<Request>, _: unknown, done: () => void): void => {
    instance.addHook(hook, (request, reply, next) => {
      varyByPolicy(policy, reply.raw);
      const proceed = (denied: CsrfDenied | undefined): void => {
        if (denied === undefined) {
          next();
          return;
        }
        const { status, headers, body } = refusalOf(denied);
        reply.code(status);
        for (const [name, value] of Object.entries(headers)) reply.header(name, value);
        reply.send(body);
      };
      const asked = nodeAsked(request, request.raw, options.route?.(request));
      const denied = examine(policy, asked, options);
      if (denied instanceof Promise) denied.then(proceed, next);
      else proceed(denied);
    });
    done();
  };
  // Fastify gives every plugin a context of its own, unless it says that it is for its parent's.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@causeway/csrf',
  });
}
