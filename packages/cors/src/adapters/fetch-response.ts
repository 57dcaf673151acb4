import type { CorsDecision, CorsFacts } from '../decision.ts';
import { mergeVary } from '../vary.ts';
import { corsHeaderNames } from './source.ts';
import type { CorsAdapterOptions } from './source.ts';

/** What is used of a `Headers` object. */
export interface FetchHeaders {
  get(name: string): string | null;
  set(name: string, value: string): void;
  delete(name: string): void;
}

/** What is read of a `Request`. */
export interface FetchRequest {
  readonly method: string;
  readonly url?: string | undefined;
  readonly headers: Pick<FetchHeaders, 'get'>;
}

/** What is used of a `Response`. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: FetchHeaders;
  readonly body: unknown;
}

/** The runtime's own, as far as it is used here. */
declare const Response: new (
  body: unknown,
  init: Pick<FetchResponse, 'status'> & { readonly headers?: unknown },
) => FetchResponse;

/** The facts of a request; `Headers` joins several lines of a field with a comma. */
export function fetchFacts({
  method,
  headers,
  url,
}: FetchRequest): CorsFacts & { readonly fetchSite: string | undefined } {
  return {
    method,
    origin: headers.get('origin') ?? undefined,
    requestMethod: headers.get('access-control-request-method') ?? undefined,
    requestHeaders: headers.get('access-control-request-headers') ?? undefined,
    fetchSite: headers.get('sec-fetch-site') ?? undefined,
    url,
  };
}

/** The answer that the decision gives by itself: a status, headers, no body. */
export function answerOf(decision: CorsDecision, status: number): FetchResponse {
  return new Response(null, { status, headers: decision.headers });
}

/**
 * Writes on an answer what the decision says, and removes what it does not say.
 *
 * @returns The answer, or a copy of it when its headers cannot be changed, as those of an answer that
 * `fetch` brought (Fetch Standard, "Headers guard": immutable).
 */
export function settle(
  answer: FetchResponse,
  decision: CorsDecision,
  options: CorsAdapterOptions,
): FetchResponse {
  // A change of protocol (101) and `Response.error()` (0) are no answers that a page reads, and no
  // copy can be made of them.
  if (answer.status < 200) return answer;
  try {
    write(answer.headers, decision, options);
    return answer;
  } catch {
    const copy = new Response(answer.body, answer);
    write(copy.headers, decision, options);
    return copy;
  }
}

function write(
  headers: FetchHeaders,
  decision: CorsDecision,
  { onReplaced }: CorsAdapterOptions,
): void {
  for (const name of corsHeaderNames) {
    const said = headers.get(name);
    const mine = decision.headers[name];
    if (said === (mine ?? null)) continue;
    if (mine === undefined) headers.delete(name);
    else headers.set(name, mine);
    if (said !== null) onReplaced?.(name, said);
  }
  if (decision.vary.length === 0) return;
  const current = headers.get('Vary') ?? undefined;
  // What nobody else has written needs no merging, and that is nearly every answer.
  const mine = current === undefined ? decision.headers['Vary'] : undefined;
  const vary = mine ?? mergeVary(current, decision.vary);
  if (vary !== current) headers.set('Vary', vary);
}
