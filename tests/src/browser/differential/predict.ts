import {
  PreflightCache,
  simulate,
  type Engine,
  type ServerResponse,
  type Trace,
} from '@causeway/cors/browser';
import { pageOf } from './documents.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { answerTo, hasBody, lineOf, urlOf, type Origins } from './stage.ts';

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
    return {
      verdict: trace.verdict,
      status: trace.status,
      headers: trace.visibleHeaders,
      body: trace.bodyReadable && arrivesWithBody(trace),
      requests,
      failure: trace.failure?.kind,
    };
  });
}

/** Whether there was anything to read, which is not for the model to say. */
function arrivesWithBody({ steps }: Trace): boolean {
  const last = steps.findLast((step) => step.kind === 'exchange');
  return last !== undefined && hasBody(last.request.method, last.response.status);
}
