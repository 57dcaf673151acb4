import type { CsrfDenied } from '../decision.ts';
import type { CsrfPolicy } from '../policy.ts';
import { examine, refusalOf } from './guard.ts';
import type { CsrfAdapterOptions } from './guard.ts';
import { nodeAsked, refuse, varyByPolicy } from './node-request.ts';
import type { NodeRequest, NodeResponse } from './node-request.ts';

export type { CsrfAdapterOptions, CsrfTokenCheck } from './guard.ts';
export type { NodeRequest, NodeResponse } from './node-request.ts';

/** What is used of the socket of an upgrade. */
export interface UpgradeSocket {
  on(event: 'error', listener: () => void): unknown;
  once(event: 'finish', listener: () => void): unknown;
  removeListener(event: 'error', listener: () => void): unknown;
  end(text: string): unknown;
  destroy(): unknown;
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
    const denied = await examine(policy, asked, options);
    if (denied === undefined) await listener(request, response);
    else refuse(response, denied);
  };
}

/**
 * Puts a policy in front of the upgrades of a server, whatever framework answers its requests: no
 * preflight precedes the handshake of a WebSocket, and the visitor's cookies come along with it.
 *
 * @returns The listener for the event `upgrade`. Its promise rejects with what the listener, a session
 * lookup or a report throws; the last two close the connection.
 *
 * @example
 * // Permitted.
 * const guarded = withUpgradeCsrf(policy, (request, socket, head) => webSockets.handleUpgrade(request, socket, head, opened));
 * server.on('upgrade', (request, socket, head) => guarded(request, socket, head).catch(log));
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
    // Node leaves the socket without a listener; one that breaks would end the process.
    socket.on('error', ignore);
    try {
      const asked = nodeAsked(request, request, options.route?.(request));
      // Whatever is upgraded to stays open and answers as the visitor: all of it is looked at as the
      // handshake of a WebSocket.
      const facts = { ...asked.facts, upgrade: 'websocket' };
      const denied = await examine(policy, { ...asked, facts }, options);
      if (denied !== undefined) {
        refuseUpgrade(socket, denied);
        return;
      }
    } catch (error) {
      socket.destroy();
      throw error;
    }
    socket.removeListener('error', ignore);
    await listener(request, socket, head);
  };
}

/** Closes the connection as well: the other end need not. */
function refuseUpgrade(socket: UpgradeSocket, denied: CsrfDenied): void {
  const { headers, body } = refusalOf(denied);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = ['HTTP/1.1 403 Forbidden', 'Connection: close', ...lines];
  socket.once('finish', () => socket.destroy());
  socket.end([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'));
}

function ignore(): void {}
