import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CsrfPolicy, CsrfReport, CsrfTokens } from '@causeway/csrf';
import { withUpgradeCsrf, type CsrfAdapterOptions } from '@causeway/csrf/node';

/** What an adapter is given; each contender puts it into its framework's own terms. */
export interface Rules {
  readonly policy: CsrfPolicy;
  readonly tokens?: CsrfTokens | undefined;
  /** Finds the session by the `Cookie` header; the header itself unless told. */
  readonly session?: (cookie: string | undefined) => Promise<string | undefined>;
  /** Whether the token is in the field `csrf` of a form; else in the usual header. */
  readonly inForm?: boolean;
  readonly onDenied?: (report: CsrfReport) => void;
}

/** A framework that serves the contract's application behind the policy:
 *
 * - `/pay` takes every method and answers `paid`, with the text that was sent;
 * - `/webhook` answers the same and takes requests from everywhere, as the framework has it: by its
 *   route, or because it stands before the policy;
 * - `/events` is an event stream;
 * - whatever upgrades is accepted, with `open`.
 *
 * `handled` names what got through to the application. */
export interface Contender {
  readonly name: string;
  /** What the framework has no means for. */
  readonly lacks: readonly 'form'[];
  serve(rules: Rules): Promise<CsrfServed>;
}

export interface CsrfServed {
  readonly url: string;
  readonly handled: readonly string[];
  readonly close: () => Promise<void>;
}

/** What is exempt in the policy. */
export function webhook(): string {
  return 'paid';
}

/** How a framework shows what the contract asks for. */
export interface Reading<Request> {
  readonly cookie: (request: Request) => string | undefined;
  /** The field `csrf` of a form that was sent. */
  readonly field?: (request: Request) => unknown;
}

/** What all contenders hand to their adapter. */
export function optionsOf<Request>(
  { tokens, session, inForm = false, onDenied }: Rules,
  { cookie, field }: Reading<Request>,
): CsrfAdapterOptions<Request> {
  const sessionOf = session ?? (async (sent) => Promise.resolve(sent));
  const token = tokens && {
    tokens,
    session: async (request: Request) => sessionOf(cookie(request)),
    read: inForm ? field : undefined,
  };
  return { token, onDenied };
}

interface UpgradingServer {
  on(
    event: 'upgrade',
    listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
  ): unknown;
}

/** Puts the policy in front of the upgrades, which no framework routes. */
export function guardUpgrades(server: UpgradingServer, rules: Rules, handled: string[]): void {
  const guarded = withUpgradeCsrf(
    rules.policy,
    (request: IncomingMessage, socket: Duplex) => {
      handled.push(`upgrade ${request.url ?? ''}`);
      socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\nopen',
      );
    },
    optionsOf(rules, { cookie: ({ headers }: IncomingMessage) => headers.cookie }),
  );
  server.on('upgrade', (request, socket, head) => {
    guarded(request, socket, head).catch(() => handled.push('broken'));
  });
}
