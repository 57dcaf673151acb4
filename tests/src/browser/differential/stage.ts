import type { HeaderList } from '@causeway/cors/browser';
import type { Answer, Ask, Host, Scenario } from './scenario.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyFor } from './content.ts';
import { readDocuments } from './documents.ts';
import { startScriptedServer, type ScriptedServer, type WireRequest } from './scripted-server.ts';

/** The origins of a run: `A` and `B` are one site, `C` is another. */
export type Origins = Readonly<Record<Host, string>>;

/** Servers on three origins that answer every scenario by its script. */
export interface Stage {
  readonly origins: Origins;
  /** Scenarios that may be asked for. */
  readonly scenarios: Map<number, Scenario>;
  /** The requests of a scenario since the last call, in the order of their arrival. */
  takeRequests(seed: number): readonly string[];
  /** Waits until no more requests of a scenario come. */
  quiet(seed: number): Promise<void>;
  close(): Promise<void>;
}

const quietMs = 300;

export async function openStage(): Promise<Stage> {
  const scenarios = new Map<number, Scenario>();
  const seen = new Map<number, string[]>();
  const documentAt = await readDocuments();
  const hosts: Record<Host, string> = {
    A: 'site.localhost',
    B: 'site.localhost',
    C: 'other.localhost',
  };
  const servers: ScriptedServer[] = [];
  const origins: Record<Host, string> = { A: '', B: '', C: '' };
  for (const host of ['A', 'B', 'C'] as const) {
    const server = await startScriptedServer((request) => {
      const [, digits, hop] = /^\/(\d+)\/(\d+)/.exec(request.target) ?? [];
      const seed = Number(digits);
      const scenario = scenarios.get(seed);
      if (scenario === undefined) return documentAt(request.target) ?? blank;
      seen.set(seed, [...(seen.get(seed) ?? []), wireLine(origins[host], request)]);
      const preflight = isPreflight(request.method, request.headers);
      const answer = answerTo(scenario, Number(hop), preflight, origins);
      return { ...answer, body: bodyFor(initiatorOf(scenario), answer.headers) };
    });
    servers.push(server);
    origins[host] = `http://${hosts[host]}:${server.port}`;
  }
  return {
    origins,
    scenarios,
    takeRequests(seed) {
      const lines = seen.get(seed) ?? [];
      seen.delete(seed);
      return lines;
    },
    async quiet(seed) {
      for (let before = -1, now = 0; now !== before; now = seen.get(seed)?.length ?? 0) {
        before = now;
        await sleep(quietMs);
      }
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

const blank = {
  status: 404,
  headers: [['Content-Length', '0']],
  body: Buffer.alloc(0),
} as const;

function isPreflight(method: string, headers: ReadonlyMap<string, string>): boolean {
  return method === 'OPTIONS' && headers.has('access-control-request-method');
}

/** What a hop answers, with the placeholders filled in. The same for the browser and the model. */
export function answerTo(
  scenario: Scenario,
  hop: number,
  preflight: boolean,
  origins: Origins,
): Answer {
  const script = scenario.hops[hop];
  if (script === undefined) return { status: 404, headers: lengthOf(scenario, []) };
  const next = new URL(urlOf(scenario, hop + 1, origins));
  const places: Readonly<Record<string, string>> = {
    ...origins,
    a: new URL(origins.A).host,
    b: new URL(origins.B).host,
    c: new URL(origins.C).host,
    next: next.href,
    nexthost: next.host,
    nextpath: next.pathname,
  };
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => places[name] ?? whole);
  const { status, headers } = preflight ? script.preflight : script.actual;
  const filled: HeaderList = headers.map(([name, value]) => [name, fill(value)]);
  const length = status === 204 || status === 304 ? [] : lengthOf(scenario, filled);
  return { status, headers: [...filled, ['Cache-Control', 'no-store'], ...length] };
}

function lengthOf(scenario: Scenario, headers: HeaderList): HeaderList {
  return [['Content-Length', String(bodyFor(initiatorOf(scenario), headers).length)]];
}

/** All asks of a scenario want the same kind of content. */
function initiatorOf({ asks }: Scenario): Ask['initiator'] {
  return asks[0]?.initiator ?? 'fetch';
}

/** Where a hop lies; what follows the last one is on its host, and answers 404. */
export function urlOf(scenario: Scenario, hop: number, origins: Origins): string {
  const host = scenario.hops[hop]?.host ?? scenario.hops.at(-1)?.host ?? 'A';
  return `${origins[host]}/${scenario.seed}/${hop}`;
}

/** Whether an answer has a body, by its status and the method that it answers. */
export function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304;
}

function wireLine(origin: string, { method, target, headers }: WireRequest): string {
  return lineOf(method, `${origin}${target}`, (name) => headers.get(name));
}

/** Method, URL, the three headers that CORS adds to requests, and the one that redirects take away. */
export function lineOf(
  method: string,
  url: string,
  header: (name: string) => string | undefined,
): string {
  const parts = [
    method,
    url,
    `origin ${header('origin') ?? '-'}`,
    `acrm ${header('access-control-request-method') ?? '-'}`,
    `acrh ${header('access-control-request-headers') ?? '-'}`,
    `authorization ${header('authorization') ?? '-'}`,
  ];
  return parts.join(' | ');
}
