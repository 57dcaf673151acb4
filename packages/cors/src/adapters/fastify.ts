import { nodeFacts, rule } from './node-response.ts';
import type { NodeRequest, NodeResponse } from './node-response.ts';
import { isPending } from '../decider.ts';
import { judge } from './source.ts';
import type { CorsAdapterOptions, CorsSource } from './source.ts';
import type { CorsDecision } from '../decision.ts';

export type { NodeRequest, NodeResponse } from './node-response.ts';
export type { CorsDecider } from '../decider.ts';
export type { CorsAdapterOptions, CorsSource } from './source.ts';

/** What is used of a Fastify request. */
export interface FastifyRequestLike {
  readonly raw: NodeRequest;
}

/** What is used of a Fastify reply. */
export interface FastifyReplyLike {
  readonly raw: NodeResponse;
  code(status: number): unknown;
  send(): unknown;
  callNotFound(): unknown;
}

/** What is used of a Fastify instance. */
export interface FastifyLike<Request extends FastifyRequestLike> {
  readonly prefix: string;
  addHook(
    name: 'onRequest',
    hook: (request: Request, reply: FastifyReplyLike, done: (error?: Error) => void) => void,
  ): unknown;
  options(path: string, handler: (request: Request, reply: FastifyReplyLike) => unknown): unknown;
}

/**
 * A plugin for Fastify 5. It decides in `onRequest`, before authentication and body parsing, for the
 * context that it is registered in and all below: routes, 404 and error pages, streams, and what is
 * written to `reply.raw`.
 *
 * Registered below a prefix, it adds `OPTIONS` routes for that prefix, because Fastify would answer
 * the preflights of routes without one from the root's 404. An `OPTIONS` that is no preflight still
 * goes to the application's own route, or to 404. Only what Fastify answers before any hook has no
 * headers: 400 for a URL that cannot be decoded.
 *
 * @param source - The policy, or who decides; a function may choose by the request.
 *
 * @example
 * await app.register(cors(policy))
 *
 * @example
 * // Not so: a group without a prefix has its own policy for its answers, but not for preflights.
 * app.register(async (group) => { await group.register(cors(open)); group.put('/open', handler); })
 * // Choose by the request at the root, or give the group a prefix.
 */
export function cors<Request extends FastifyRequestLike>(
  source: CorsSource<Request>,
  options: CorsAdapterOptions = {},
): (instance: FastifyLike<Request>, pluginOptions: unknown, done: () => void) => void {
  const plugin = (instance: FastifyLike<Request>, _: unknown, done: () => void): void => {
    instance.addHook('onRequest', (request, reply, done) => {
      const proceed = (decision: CorsDecision | undefined): void => {
        if (decision !== undefined) rule(reply.raw, decision, options);
        if (decision?.status === undefined) {
          done();
        } else {
          reply.code(decision.status);
          reply.send();
        }
      };
      const judged = judge(source, request, nodeFacts(request.raw));
      if (isPending(judged)) judged.then(proceed, done);
      else proceed(judged);
    });
    if (instance.prefix !== '') {
      for (const path of ['/', '/*']) {
        instance.options(path, (_, reply) => reply.callNotFound());
      }
    }
    done();
  };
  // Fastify gives every plugin a context of its own, unless it says that it is for its parent's.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@causeway/cors',
  });
}
