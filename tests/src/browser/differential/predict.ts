import { PreflightCache, simulate, type Engine } from '@causeway/cors/browser';
import type { Outcome, Scenario } from './scenario.ts';
import { answerTo, lineOf, urlOf, type Origins } from './stage.ts';

/** What the model says of each ask of a scenario. */
export function predict(scenario: Scenario, origins: Origins, engine: Engine): readonly Outcome[] {
  const cache = new PreflightCache(engine, () => 0);
  return scenario.asks.map((ask) => {
    const requests: string[] = [];
    const trace = simulate(
      { ...ask, page: { origin: origins.A }, url: urlOf(scenario, 0, origins) },
      ({ kind, method, url, headers }) => {
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
      requests,
      failure: trace.failure?.kind,
    };
  });
}
