import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Ask, Outcome, Scenario } from './scenario.ts';
import { urlOf, type Stage } from './stage.ts';

/** How long to wait for word of a failure; some fail without any. */
const codeMs = 60;
const codeMsMax = 2000;

/** Performs scenarios in a page of Chromium. */
export interface Performer {
  perform(scenario: Scenario): Promise<readonly Outcome[]>;
}

/** The page must be one of the stage's `A`. */
export async function performerOf(page: Page, stage: Stage): Promise<Performer> {
  const session: CDPSession = await page.context().newCDPSession(page);
  // A redirect keeps the id of its request, so that the first URL says whose it is. A fragment could
  // number the asks of a scenario, but Chromium keeps preflights by the URL with its fragment.
  const asks = new Map<string, string>();
  const codes = new Map<string, string>();
  const open = new Map<string, number>();
  const count = (ask: string, by: number): void => {
    open.set(ask, (open.get(ask) ?? 0) + by);
  };
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (asks.has(requestId)) return;
    asks.set(requestId, request.url);
    count(request.url, 1);
  });
  session.on('Network.loadingFinished', ({ requestId }) => count(asks.get(requestId) ?? '', -1));
  session.on('Network.loadingFailed', ({ requestId, corsErrorStatus }) => {
    const ask = asks.get(requestId) ?? '';
    if (corsErrorStatus !== undefined) codes.set(ask, corsErrorStatus.corsError);
    count(ask, -1);
  });
  await session.send('Network.enable');
  return {
    async perform(scenario) {
      stage.scenarios.set(scenario.seed, scenario);
      const url = urlOf(scenario, 0, stage.origins);
      const outcomes: Outcome[] = [];
      for (const ask of scenario.asks) {
        const from = stage.seen.length;
        codes.delete(url);
        const result = await page.evaluate(askInPage, { url, ask });
        // Chromium tells the code apart from what the page sees, a moment before or after.
        const toldAt = performance.now() + (result.verdict === 'blocked' ? codeMs : 0);
        const deadline = toldAt + codeMsMax;
        for (let now = performance.now(); now < deadline; now = performance.now()) {
          const told = codes.has(url) || now >= toldAt;
          if (told && (open.get(url) ?? 0) <= 0) break;
          await sleep(2);
        }
        outcomes.push({
          ...result,
          requests: stage.seen
            .slice(from)
            .filter(({ seed }) => seed === scenario.seed)
            .map(({ line }) => line),
          failure: result.verdict === 'blocked' ? codes.get(url) : undefined,
        });
      }
      return outcomes;
    },
  };
}

/** What the page uses of the one API that Node does not have. The DOM's own types would hold for all
 * of this program, and they contradict Node's. */
interface Xhr {
  readonly status: number;
  readonly upload: { addEventListener(type: 'progress', listener: () => void): void };
  withCredentials: boolean;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  addEventListener(type: 'load' | 'error', listener: () => void): void;
  getAllResponseHeaders(): string;
  send(body: RequestInit['body']): void;
}
declare const XMLHttpRequest: new () => Xhr;

type Result = Pick<Outcome, 'verdict' | 'status' | 'headers'>;

/** Runs in the page, so it may use nothing from here. */
async function askInPage({ url, ask }: { url: string; ask: Ask }): Promise<Result> {
  const blocked: Result = { verdict: 'blocked', status: undefined, headers: [] };
  const bodies: Record<string, () => RequestInit['body']> = {
    none: () => undefined,
    text: () => 'text',
    urlencoded: () => new URLSearchParams({ a: '1' }),
    'form-data': () => new FormData(),
    bytes: () => new Uint8Array([1]),
    blob: () => new Blob(['x'], { type: 'type' in ask.body ? ask.body.type : '' }),
  };
  const body = bodies[ask.body.kind]?.();
  try {
    if (ask.initiator === 'fetch') {
      const { method, mode, credentials, redirect } = ask;
      const headers = ask.headers.map(([name, value]): [string, string] => [name, value]);
      const init: RequestInit = { method, mode, credentials, redirect, headers };
      const response = await fetch(url, body === undefined ? init : { ...init, body });
      const opaque = response.type === 'opaque' || response.type === 'opaqueredirect';
      const names = [...response.headers.keys()].toSorted();
      return { verdict: opaque ? 'opaque' : 'readable', status: response.status, headers: names };
    }
    return await new Promise<Result>((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open(ask.method, url);
      for (const [name, value] of ask.headers) xhr.setRequestHeader(name, value);
      xhr.withCredentials = ask.credentials === 'include';
      if (ask.uploadListeners) xhr.upload.addEventListener('progress', () => undefined);
      xhr.addEventListener('error', () => resolve(blocked));
      xhr.addEventListener('load', () => {
        const lines = xhr.getAllResponseHeaders().trim().split('\r\n');
        const names = lines.map((line) => line.split(':', 1)[0] ?? '').filter((name) => name);
        const headers = [...new Set(names)].toSorted();
        resolve({ verdict: 'readable', status: xhr.status, headers });
      });
      xhr.send(body);
    });
  } catch {
    return blocked;
  }
}
