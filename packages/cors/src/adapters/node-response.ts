import type { CorsDecision, CorsFacts } from '../decision.ts';
import { mergeVary } from '../vary.ts';
import { corsHeaderNames } from './source.ts';
import type { CorsAdapterOptions } from './source.ts';

/** What is read of a request of `node:http`, `node:https`, or `node:http2`'s compatibility API. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Express's: the URL as it came in, where a router has cut `url`. */
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

type HeaderValue = number | string | readonly string[];

/** What is used of its response. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  getHeader(name: string): HeaderValue | undefined;
  /** Node checks values itself, and throws. */
  setHeader(name: string, value: unknown): unknown;
  removeHeader(name: string): void;
  writeHead(statusCode: number, ...rest: readonly unknown[]): unknown;
  end(): unknown;
}

interface Ruling extends CorsAdapterOptions {
  readonly decision: CorsDecision;
}

/** What holds for a response: the last word counts, so that a route may have its own policy below
 * the application's. */
const rulings = new WeakMap<object, Ruling>();

/** The facts of a request; Node joins several lines of a field with a comma. */
export function nodeFacts(
  request: NodeRequest,
): CorsFacts & { readonly fetchSite: string | undefined } {
  const { headers } = request;
  return {
    method: request.method ?? '',
    origin: oneLine(headers['origin']),
    requestMethod: oneLine(headers['access-control-request-method']),
    requestHeaders: headers['access-control-request-headers'],
    fetchSite: oneLine(headers['sec-fetch-site']),
    url: request.originalUrl ?? request.url,
  };
}

/**
 * Makes the decision hold for a response: its headers are set now, so that the application sees
 * them, and once more when the head is written, because until then handlers, error pages and
 * proxied answers set, replace and double them.
 */
export function rule(
  response: NodeResponse,
  decision: CorsDecision,
  options: CorsAdapterOptions,
): void {
  const earlier = rulings.get(response);
  const ruling: Ruling = { decision, onReplaced: options.onReplaced };
  rulings.set(response, ruling);
  settle(response, ruling, earlier?.decision);
  if (earlier === undefined) settleAtHead(response);
}

/** Answers with the decision's status and no body. */
export function answerNow(response: NodeResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** Everything that Node writes passes through `writeHead`: `write`, `end` and `flushHeaders` call it
 * when the application has not. */
function settleAtHead(response: NodeResponse): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called on its response
  const { writeHead } = response;
  response.writeHead = (statusCode: number, ...rest: readonly unknown[]): unknown => {
    const ruling = rulings.get(response);
    const message = typeof rest[0] === 'string' ? rest[0] : undefined;
    const headers = message === undefined ? (rest[1] ?? rest[0]) : rest[1];
    // Node has its own errors for a second head and for what are no headers.
    if (ruling === undefined || response.headersSent || !adopt(response, headers)) {
      return writeHead.call(response, statusCode, ...rest);
    }
    settle(response, ruling, ruling.decision);
    return message === undefined
      ? writeHead.call(response, statusCode)
      : writeHead.call(response, statusCode, message);
  };
}

/** Writes what the decision says, and removes what it does not say. */
function settle(
  response: NodeResponse,
  { decision, onReplaced }: Ruling,
  earlier: CorsDecision | undefined,
): void {
  for (const name of corsHeaderNames) {
    const mine = decision.headers[name];
    const said = response.getHeader(name);
    if (said === mine) continue;
    if (mine === undefined) response.removeHeader(name);
    else response.setHeader(name, mine);
    if (said === undefined || onReplaced === undefined) continue;
    const others = [said]
      .flat()
      .filter((value) => value !== mine && value !== earlier?.headers[name]);
    if (others.length > 0) onReplaced(name, others.join(', '));
  }
  if (decision.vary.length === 0) return;
  const said = response.getHeader('Vary');
  const mine = decision.headers['Vary'];
  // What nobody else has touched needs no merging, and that is nearly every answer.
  if (said !== undefined && said === mine) return;
  if (said === undefined && mine !== undefined) {
    response.setHeader('Vary', mine);
    return;
  }
  const current = typeof said === 'number' ? String(said) : said;
  const vary = mergeVary(current, decision.vary);
  if (vary !== current) response.setHeader('Vary', vary);
}

/**
 * Sets the headers that were given to `writeHead`, as Node itself does: they replace what was set
 * before, and a name that comes several times has several values. Node takes an object, a flat list
 * or a list of pairs, the latter only while nothing else is set.
 *
 * @returns Whether that could be done.
 */
function adopt(response: NodeResponse, headers: unknown): boolean {
  if (headers === undefined || headers === null) return true;
  if (typeof headers !== 'object') return false;
  const pairs = Array.isArray(headers) ? pairsOf(headers) : Object.entries(headers);
  if (pairs === undefined) return false;
  const fields = new Map<string, readonly [name: string, values: unknown[]]>();
  for (const [name, value] of pairs) {
    const known = fields.get(name.toLowerCase());
    if (known === undefined) fields.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  for (const [name, [first, ...more]] of fields.values()) {
    if (more.length === 0) response.setHeader(name, first);
    else response.setHeader(name, [first, ...more].flat().map(String));
  }
  return true;
}

function pairsOf(list: readonly unknown[]): readonly (readonly [string, unknown])[] | undefined {
  if (list.every((item): item is readonly unknown[] => Array.isArray(item))) {
    return list.map(([name, value]) => [String(name), value]);
  }
  if (list.length % 2 !== 0) return undefined;
  const pairs: [string, unknown][] = [];
  for (let index = 0; index < list.length; index += 2) {
    pairs.push([String(list[index]), list[index + 1]]);
  }
  return pairs;
}

function oneLine(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}
