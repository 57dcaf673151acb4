import type { SentRequest, ServerResponse } from './request.ts';
import type { TraceCache, TraceStep } from './trace.ts';

const standard = 'https://fetch.spec.whatwg.org/#';

/** The algorithms of the standard that the model asks, by their own names. */
const clauses = {
  request: ['new Request()', 'dom-request'],
  mode: ['main fetch', 'concept-main-fetch'],
  preflight: ['CORS-preflight fetch', 'cors-preflight-fetch-0'],
  corsCheck: ['CORS check', 'concept-cors-check'],
  corp: ['cross-origin resource policy check', 'cross-origin-resource-policy-check'],
  redirect: ['HTTP-redirect fetch', 'http-redirect-fetch'],
  element: ['should response be blocked', 'should-response-to-request-be-blocked-due-to-nosniff'],
  timing: ['TAO check', 'concept-tao-check'],
} as const;

/** Writes down what happens, in order. */
export class Journal {
  readonly steps: TraceStep[] = [];

  check(clause: keyof typeof clauses, passed: boolean, detail: string): void {
    const [name, anchor] = clauses[clause];
    const step = {
      kind: 'check',
      clause: name,
      anchor: standard + anchor,
      passed,
      detail,
    } as const;
    this.steps.push(step);
  }

  exchange(request: SentRequest, response: ServerResponse): void {
    this.steps.push({ kind: 'exchange', request, response });
  }

  cache(event: TraceCache['event'], detail: string): void {
    this.steps.push({ kind: 'cache', event, detail });
  }
}
