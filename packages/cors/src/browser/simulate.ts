import { elementOutcome } from './element.ts';
import { basicNames, exposedNames } from './expose.ts';
import { fetchRequestOf, type FetchRequest } from './fetch-request.ts';
import { combined } from './header-list.ts';
import { Journal } from './journal.ts';
import { mainFetch, type Fetched, type Fetching } from './main-fetch.ts';
import { messagesOf } from './messages.ts';
import { currentUrl, isSame, type IsPublicSuffix } from './origins.ts';
import type { PreflightCache } from './preflight-cache.ts';
import { profiles, type EngineProfile } from './profile.ts';
import type { AsyncServer, Engine, RequestFacts, Server, ServerResponse } from './request.ts';
import type { Trace } from './trace.ts';

/** What a simulation may be told besides. */
export interface SimulateOptions {
  /** What earlier requests left behind; without it every preflight goes out. */
  readonly cache?: PreflightCache | undefined;
  /** The Public Suffix List, where sites matter (`Cross-Origin-Resource-Policy: same-site`); without
   * it the last two labels of a host are its site. */
  readonly isPublicSuffix?: IsPublicSuffix | undefined;
}

/**
 * Says what a browser would do with a request: which requests go out, what is checked, what script
 * sees in the end, and why not. Pure: the server is a function, and nothing else is asked. It throws
 * nothing but what the server throws, and RangeError for the cache of another engine.
 *
 * @returns The trace; a promise of it when the server's answers are promises.
 *
 * @example
 * const page = { origin: 'https://app.example' };
 * const server = () => ({ status: 200, headers: [['Access-Control-Allow-Origin', '*']] });
 * simulate({ page, url: 'https://api.example/' }, server, 'chromium').verdict // 'readable'
 *
 * @example
 * simulate({ page, url: 'https://api.example/', credentials: 'include' }, server, 'chromium')
 *   .failure.kind // 'WildcardOriginNotAllowed'
 */
export function simulate(
  facts: RequestFacts,
  server: Server,
  engine: Engine,
  options?: SimulateOptions,
): Trace;
export function simulate(
  facts: RequestFacts,
  server: AsyncServer,
  engine: Engine,
  options?: SimulateOptions,
): Promise<Trace>;
export function simulate(
  facts: RequestFacts,
  server: AsyncServer,
  engine: Engine,
  { cache, isPublicSuffix }: SimulateOptions = {},
): Trace | Promise<Trace> {
  if (cache !== undefined && cache.engine !== engine) {
    throw new RangeError(`a preflight cache of ${cache.engine} cannot serve ${engine}`);
  }
  const journal = new Journal();
  const profile = profiles[engine];
  const request = fetchRequestOf(facts, profile);
  if ('refused' in request) {
    journal.check('request', false, request.refused);
    return refusedTrace(facts, engine, journal, request.refused);
  }
  journal.check('request', true, `${request.method} in mode ${request.mode}.`);
  const fetching = mainFetch(request, { profile, cache, journal, isPublicSuffix });
  const finish = (fetched: Fetched): Trace => traceOf(fetched, engine, journal);
  return drive(fetching, server, finish);
}

/** Answers one request after the other, synchronously for as long as the server does. */
function drive(
  fetching: Fetching<Fetched>,
  server: AsyncServer,
  finish: (fetched: Fetched) => Trace,
): Trace | Promise<Trace> {
  let step = fetching.next();
  while (step.done !== true) {
    const answer = server(step.value);
    if (answer instanceof Promise) return driveLater(fetching, server, finish, answer);
    step = fetching.next(answer);
  }
  return finish(step.value);
}

async function driveLater(
  fetching: Fetching<Fetched>,
  server: AsyncServer,
  finish: (fetched: Fetched) => Trace,
  first: Promise<ServerResponse>,
): Promise<Trace> {
  let step = fetching.next(await first);
  while (step.done !== true) step = fetching.next(await server(step.value));
  return finish(step.value);
}

const seesNothing = { visibleHeaders: [], bodyReadable: false, status: undefined } as const;

function refusedTrace(
  facts: RequestFacts,
  engine: Engine,
  { steps }: Journal,
  parameter: string,
): Trace {
  const { url } = facts;
  const messages = { chromium: '', firefox: '', webkit: '' };
  return {
    engine,
    steps,
    verdict: 'blocked',
    responseType: 'error',
    ...seesNothing,
    url,
    sideEffects: false,
    timingVisible: false,
    element: undefined,
    failure: { kind: 'InvalidRequest', parameter, url, messages },
  };
}

function traceOf(fetched: Fetched, engine: Engine, { steps }: Journal): Trace {
  const { request } = fetched;
  const profile = profiles[engine];
  const url = currentUrl(request).href;
  const sideEffects = steps.some(
    (step) => step.kind === 'exchange' && step.request.kind === 'actual',
  );
  if (fetched.kind === 'failed') {
    const { failure: kind, parameter } = fetched;
    const response = steps.findLast((step) => step.kind === 'exchange')?.response;
    const messages = messagesOf({ kind, parameter, request, response });
    return {
      engine,
      steps,
      verdict: 'blocked',
      responseType: 'error',
      ...seesNothing,
      url,
      sideEffects,
      timingVisible: false,
      element: elementOutcome(request, undefined, false, profile),
      failure: { kind, parameter, url, messages },
    };
  }
  const { response, opaqueRedirect, timing } = fetched;
  const responseType = opaqueRedirect ? 'opaqueredirect' : request.tainting;
  const foreign = isForeignDocument(request);
  const opaque = responseType === 'opaque' || responseType === 'opaqueredirect' || foreign;
  return {
    engine,
    steps,
    verdict: opaque ? 'opaque' : 'readable',
    responseType,
    status: opaque ? 0 : response.status,
    visibleHeaders: opaque ? [] : visibleTo(request, response),
    bodyReadable: !opaque || (opaqueRedirect && showsRedirect(response, profile)),
    url,
    sideEffects,
    timingVisible: timing,
    element: elementOutcome(request, response, opaque, profile),
    failure: undefined,
  };
}

/** What only looks like a redirect is shown where it is taken for none. */
function showsRedirect({ headers }: ServerResponse, profile: EngineProfile): boolean {
  return profile.redirectsNeedLocation && combined(headers, 'location') === undefined;
}

/** A navigation is answered in full, but to another document, whose origin keeps it from this one. */
function isForeignDocument(request: FetchRequest): boolean {
  return request.mode === 'navigate' && !isSame(request.facts.page.origin, currentUrl(request));
}

function visibleTo(request: FetchRequest, { headers }: ServerResponse): readonly string[] {
  return request.tainting === 'cors'
    ? exposedNames(headers, request.credentials === 'include')
    : basicNames(headers);
}
