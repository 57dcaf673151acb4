import type { CsrfDenied } from '../decision.ts';
import type { CsrfPolicy } from '../policy.ts';
import { isolationVary, overrideOf, refusalOf, tokenHeaderName } from './guard.ts';
import type { Asked } from './guard.ts';

type Field = string | readonly string[] | undefined;

/** What is read of a request of `node:http`, `node:https`, or `node:http2`'s compatibility API. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, Field>>;
  /** A TLS socket says in `authorized` whether a client certificate was verified. */
  readonly socket?: object | undefined;
}

/** What is used of its response. */
export interface NodeResponse {
  statusCode: number;
  getHeader(name: string): number | string | readonly string[] | undefined;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/** The facts of a request; Node joins several lines of a field with a comma. */
export function nodeAsked<Request>(
  request: Request,
  raw: NodeRequest,
  route: object | undefined,
): Asked<Request> {
  const { headers } = raw;
  return {
    request,
    tokenHeader: oneLine(headers[tokenHeaderName]),
    facts: {
      method: raw.method ?? '',
      origin: oneLine(headers['origin']),
      fetchSite: oneLine(headers['sec-fetch-site']),
      fetchMode: oneLine(headers['sec-fetch-mode']),
      fetchDest: oneLine(headers['sec-fetch-dest']),
      methodOverride: overrideOf((name) => oneLine(headers[name])),
      upgrade: oneLine(headers['upgrade']),
      accept: oneLine(headers['accept']),
      cookie: oneLine(headers['cookie']),
      authorization: oneLine(headers['authorization']),
      clientCertificate: isAuthorized(raw.socket),
      route,
    },
  };
}

/** Answers 403. The connection stays: what the body brings is read and dropped by Node. */
export function refuse(response: NodeResponse, denied: CsrfDenied): void {
  const { status, headers, body } = refusalOf(denied);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

/** An isolating policy makes answers depend on who asks, so that a cache must not mix them up. */
export function varyByPolicy(policy: CsrfPolicy, response: NodeResponse): void {
  if (!policy.isolation) return;
  const current = response.getHeader('Vary');
  const before = current === undefined ? '' : `${String(current)}, `;
  response.setHeader('Vary', before + isolationVary);
}

function isAuthorized(socket: object | undefined): boolean {
  return socket !== undefined && 'authorized' in socket && socket.authorized === true;
}

function oneLine(field: Field): string | undefined {
  return typeof field === 'object' ? field.join(', ') : field;
}
