import type { CsrfPolicy } from '../policy.ts';
import { examine, refusalOf } from './guard.ts';
import type { CsrfAdapterOptions } from './guard.ts';
import { nodeAsked, refuse, varyByPolicy } from './node-request.ts';
import type { NodeRequest, NodeResponse } from './node-request.ts';

export type { CsrfAdapterOptions, CsrfTokenCheck } from './guard.ts';
export type { NodeRequest, NodeResponse } from './node-request.ts';

/** What is used of the socket of an upgrade. */
export interface UpgradeSocket {
  end(text: string): unknown;
}

/**
 * Puts a policy in front of a listener of `node:http`. What is refused gets 403 and never comes to
 * the listener.
 *
 * @returns The listener for `createServer`. Its promise rejects with what the listener, a session
 * lookup or a report throws.
 *
 * @example
 * // Permitted: the whole application behind it.
 * createServer(withCsrf(policy, listener))
 *
 * @example
 * // Prohibited: only that. Upgrades do not come to the listener; guard them with withUpgradeCsrf.
 * createServer(withCsrf(policy, listener)).on('upgrade', acceptWebSocket)
 */
export function withCsrf<Request extends NodeRequest, Response extends NodeResponse>(
  policy: CsrfPolicy,
  listener: (request: Request, response: Response) => unknown,
  options: CsrfAdapterOptions<Request> = {},
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    varyByPolicy(policy, response);
    const asked = nodeAsked(request, request, options.route?.(request));
    const reason = await examine(policy, asked, options);
    if (reason === undefined) await listener(request, response);
    else refuse(response, reason);
  };
}

/**
 * Puts a policy in front of the upgrades of a server, whatever framework answers its requests: no
 * preflight precedes the handshake of a WebSocket, and the visitor's cookies come along with it.
 *
 * @returns The listener for the event `upgrade`.
 *
 * @example
 * // Permitted.
 * server.on('upgrade', withUpgradeCsrf(policy, (request, socket, head) => webSockets.handleUpgrade(request, socket, head, opened)))
 *
 * @example
 * // Prohibited: beside another listener, which accepts what this one refuses.
 * server.on('upgrade', withUpgradeCsrf(policy, accept)).on('upgrade', accept)
 */
export function withUpgradeCsrf<Request extends NodeRequest, Socket extends UpgradeSocket, Head>(
  policy: CsrfPolicy,
  listener: (request: Request, socket: Socket, head: Head) => unknown,
  options: CsrfAdapterOptions<Request> = {},
): (request: Request, socket: Socket, head: Head) => Promise<void> {
  return async (request, socket, head) => {
    const asked = nodeAsked(request, request, options.route?.(request));
    // Whatever is upgraded to stays open and answers as the visitor: all of it is looked at as the
    // handshake of a WebSocket.
    const facts = { ...asked.facts, upgrade: 'websocket' };
    const reason = await examine(policy, { ...asked, facts }, options);
    if (reason === undefined) {
      await listener(request, socket, head);
      return;
    }
    const { body } = refusalOf(reason);
    socket.end(
      `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  };
}
