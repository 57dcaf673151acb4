import {
  PreflightCache,
  simulate,
  type Engine,
  type ServerResponse,
  type Trace,
} from '@causeway/cors/browser';
import { pageOf } from './documents.ts';
import type { Ask, Outcome, Scenario } from './scenario.ts';
import { answerTo, hasBody, lineOf, urlOf, type Origins } from './stage.ts';
import type { Seen } from './tested-browser.ts';

/** What the model says of each ask of a scenario. */
export function predict(scenario: Scenario, origins: Origins, engine: Engine): readonly Outcome[] {
  const cache = new PreflightCache(engine, () => 0);
  const page = pageOf(scenario.frame, origins.A);
  return scenario.asks.map((ask) => {
    const requests: string[] = [];
    const trace = simulate(
      { ...ask, page, url: urlOf(scenario, 0, origins) },
      ({ kind, method, url, headers }): ServerResponse => {
        const header = (wanted: string): string | undefined =>
          headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
        requests.push(lineOf(method, url.replace(/\/\/[^/@]*@/, '//'), header));
        const [, hop] = /\/\d+\/(\d+)$/.exec(url) ?? [];
        return answerTo(scenario, Number(hop), kind === 'preflight', origins);
      },
      engine,
      { cache },
    );
    return { ...seenOf(ask, trace), requests, failure: trace.failure?.kind };
  });
}

/** What script would see, which for elements is less than the model knows. */
function seenOf({ initiator }: Ask, trace: Trace): Seen {
  const nothing = { status: undefined, headers: [], body: false };
  if (initiator === 'beacon') return { verdict: 'opaque', ...nothing };
  if (initiator === 'event-source') {
    return { verdict: trace.element?.used === true ? 'readable' : 'blocked', ...nothing };
  }
  const timing = trace.timingVisible;
  if (initiator === 'fetch' || initiator === 'xhr') {
    const { verdict, status, visibleHeaders: headers } = trace;
    const body = trace.bodyReadable && arrivesWithBody(trace);
    return { verdict, status, headers, body, ...(verdict !== 'blocked' && { timing }) };
  }
  if (trace.element?.used !== true) return { verdict: 'blocked', ...nothing };
  return { verdict: trace.element.tainted ? 'opaque' : 'readable', ...nothing, timing };
}

/** Whether there was anything to read, which is not for the model to say. */
function arrivesWithBody({ steps }: Trace): boolean {
  const last = steps.findLast((step) => step.kind === 'exchange');
  return last !== undefined && hasBody(last.request.method, last.response.status);
}
