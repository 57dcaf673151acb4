import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CsrfPolicy, CsrfReport, CsrfTokens } from '@causeway/csrf';
import { withUpgradeCsrf } from '@causeway/csrf/node';

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

/** What all contenders hand to their adapter. */
export function optionsOf<Request>(
  { tokens, session, onDenied }: Rules,
  cookieOf: (request: Request) => string | undefined,
): {
  readonly token?: {
    readonly tokens: CsrfTokens;
    readonly session: (request: Request) => Promise<string | undefined>;
  };
  readonly onDenied?: (report: CsrfReport) => void;
} {
  const sessionOf = session ?? (async (cookie) => Promise.resolve(cookie));
  return {
    ...(tokens === undefined
      ? {}
      : { token: { tokens, session: async (request) => sessionOf(cookieOf(request)) } }),
    ...(onDenied === undefined ? {} : { onDenied }),
  };
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
    optionsOf(rules, (request: IncomingMessage) => request.headers.cookie),
  );
  server.on('upgrade', (request, socket, head) => {
    guarded(request, socket, head).catch(() => handled.push('broken'));
  });
}
