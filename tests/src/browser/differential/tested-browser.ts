import type { Engine } from '@causeway/cors/browser';
import type { Ask, Frame, Outcome } from './scenario.ts';

/** An ask with where it goes and which document makes it. */
export interface Question {
  readonly frame: Frame;
  readonly url: string;
  readonly ask: Ask;
}

/** What script saw of an ask. */
export type Seen = Omit<Outcome, 'requests' | 'failure'>;

/** A browser that stands on the page of `A`. */
export interface TestedBrowser {
  readonly engine: Exclude<Engine, 'spec'>;
  /** Name and version, `Firefox 153.7.0`. */
  readonly version: string;
  /** Asks, and says what script saw of it; with the error code where the browser tells one. */
  ask(question: Question): Promise<Seen & Pick<Outcome, 'failure'>>;
  close(): Promise<void>;
}

/** This machine has no such browser; the message says what to install. */
export class BrowserMissing extends Error {}

/** The expression that asks in the page; see `page/main.ts`. */
export function callOf(question: Question): string {
  return `askFrom(${JSON.stringify(question)})`;
}

/** What it told. */
export function seenOf(told: unknown): Seen {
  const { status, ...seen }: Seen = JSON.parse(String(told));
  return { status, ...seen };
}
