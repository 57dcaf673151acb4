import { decide, settleByToken } from '../decide.ts';
import type { CsrfDenied, CsrfFacts, CsrfTokenProblem } from '../decision.ts';
import type { CsrfPolicy } from '../policy.ts';
import { reportOf } from '../report.ts';
import type { CsrfReport } from '../report.ts';
import type { CsrfTokens } from '../tokens.ts';

/** How the token of a request is found and checked. */
export interface CsrfTokenCheck<Request> {
  readonly tokens: CsrfTokens;
  /** The id of the request's session; undefined when it has none. */
  readonly session: (request: Request) => string | undefined | Promise<string | undefined>;
  /** Where the token is, at once or as a promise; the header `X-CSRF-Token` unless told. Whatever is
   * no text is no token. A form's field needs the body parser before this. Never the cookie:
   * browsers send that by themselves. */
  readonly read?: ((request: Request) => unknown) | undefined;
}

/** What an adapter does besides deciding. */
export interface CsrfAdapterOptions<Request> {
  /** Without it, what a token would decide is refused. */
  readonly token?: CsrfTokenCheck<Request> | undefined;
  /** What the request is routed to, to be found in the policy's `exempt`. */
  readonly route?: ((request: Request) => object | undefined) | undefined;
  /** Hears of every refusal, and of every one that there would be when the policy only reports. */
  readonly onDenied?: ((report: CsrfReport, request: Request) => void) | undefined;
}

/** What the adapters ask about. */
export interface Asked<Request> {
  readonly request: Request;
  readonly facts: CsrfFacts;
  /** The header `X-CSRF-Token`. */
  readonly tokenHeader: string | undefined;
}

/** The name of the header that holds a token, lower-case. */
export const tokenHeaderName = 'x-csrf-token';

/** The headers whose value a framework may take for the method. */
const overrideHeaderNames = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** All of them in one line: nobody knows which one a framework takes. */
export function overrideOf(field: (name: string) => string | undefined): string | undefined {
  const found = overrideHeaderNames.map(field).filter((value) => value !== undefined);
  return found.length === 0 ? undefined : found.join(', ');
}

/** What an answer depends on when the policy isolates. */
export const isolationVary = 'Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Origin';

/** The answer to what is refused; the reasons' names help developers, and tell attackers nothing
 * that they did not send. */
export function refusalOf({ reason, asked }: CsrfDenied): {
  readonly status: 403;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  return {
    status: 403,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    body: `Forbidden: ${asked === undefined ? reason : `${asked}, ${reason}`}\n`,
  };
}

/**
 * Decides about a request, with its token where one is needed, and reports what is refused.
 *
 * @returns What to answer 403 with; undefined to go on. A promise only when a token decides.
 */
export function examine<Request>(
  policy: CsrfPolicy,
  asked: Asked<Request>,
  options: CsrfAdapterOptions<Request>,
): CsrfDenied | undefined | Promise<CsrfDenied | undefined> {
  const decision = decide(policy, asked.facts);
  if (decision.kind === 'allow') return undefined;
  const rule = (denied: CsrfDenied): CsrfDenied | undefined => {
    const enforced = policy.mode === 'enforce';
    options.onDenied?.(reportOf(asked.facts, denied, enforced), asked.request);
    return enforced ? denied : undefined;
  };
  if (decision.kind === 'deny') return rule(decision);
  return tokenProblem(asked, options.token).then((problem) => {
    const settled = settleByToken(decision, problem);
    return settled.kind === 'allow' ? undefined : rule(settled);
  });
}

async function tokenProblem<Request>(
  { request, tokenHeader }: Asked<Request>,
  check: CsrfTokenCheck<Request> | undefined,
): Promise<CsrfTokenProblem | undefined> {
  if (check === undefined) return 'token-not-configured';
  const text: unknown = check.read === undefined ? tokenHeader : await check.read(request);
  // A body parser makes lists and objects of fields that are there twice.
  if (text !== undefined && typeof text !== 'string') return 'token-malformed';
  const verified = await check.tokens.verify(text, await check.session(request));
  return verified.ok ? undefined : verified.problem;
}
