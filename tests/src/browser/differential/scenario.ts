import type { BodyFacts, HeaderList } from '@causeway/cors/browser';

/** `A` holds the page, `B` is of the same site, `C` of another one. */
export type Host = 'A' | 'B' | 'C';

/** The kinds of document that requests come from; each is a frame of the one page on `A`. */
export const frames = [
  'plain',
  'opaque',
  'require-corp',
  'credentialless',
  'no-referrer',
  'same-origin',
] as const;
export type Frame = (typeof frames)[number];

/** What in a document asks. */
export const initiators = [
  'fetch',
  'xhr',
  'img',
  'script',
  'module-script',
  'stylesheet',
  'event-source',
  'beacon',
] as const;

/** What is asked, apart from the URL and the page, which the run fills in. */
export interface Ask {
  readonly initiator: (typeof initiators)[number];
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: BodyFacts;
  readonly mode: 'cors' | 'no-cors' | 'same-origin';
  readonly credentials: 'omit' | 'same-origin' | 'include';
  readonly redirect: 'follow' | 'error' | 'manual';
  readonly uploadListeners: boolean;
  readonly crossorigin: 'anonymous' | 'use-credentials' | undefined;
}

/** One answer of a server. Values may hold `{A}`, `{B}`, `{C}` (origins), `{c}` (the host and port
 * of `C` and so on) and `{next}` (the path of the next hop). */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
}

/** One URL of the chain, and what it answers. */
export interface Hop {
  readonly host: Host;
  readonly preflight: Answer;
  readonly actual: Answer;
}

/** All that happens: the asks follow one another on the same first URL, so that later ones meet the
 * preflight cache. */
export interface Scenario {
  readonly seed: number;
  readonly frame: Frame;
  readonly asks: readonly Ask[];
  readonly hops: readonly Hop[];
}

/** What a page and a server saw of one ask; the same is asked of the model. */
export interface Outcome {
  /** Of an element: it was loaded and can be read, it was loaded, it was not. */
  readonly verdict: 'readable' | 'opaque' | 'blocked';
  readonly status: number | undefined;
  readonly headers: readonly string[];
  /** Script could read a body that was not empty. */
  readonly body: boolean;
  /** The timing entry shows more than how long it took; undefined where there is none. */
  readonly timing?: boolean | undefined;
  /** Requests in the order of their arrival, one line each. */
  readonly requests: readonly string[];
  /** What Chromium or the model calls the failure; undefined where nothing is told. */
  readonly failure: string | undefined;
}
