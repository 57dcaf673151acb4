import type { FetchRequest } from './fetch-request.ts';
import { chromiumMessage } from './messages/chromium.ts';
import { firefoxMessage } from './messages/firefox.ts';
import { webkitMessage } from './messages/webkit.ts';
import type { ServerResponse } from './request.ts';
import type { Failure, FailureKind } from './trace.ts';

/** What a message is made of. */
export interface MessageFacts {
  readonly kind: FailureKind;
  readonly parameter: string;
  readonly request: FetchRequest;
  /** The last answer, which is the one that failed; undefined when nothing was sent. */
  readonly response: ServerResponse | undefined;
}

/** What each engine writes to its console; empty where it writes nothing. */
export function messagesOf(facts: MessageFacts): Failure['messages'] {
  return {
    chromium: chromiumMessage(facts),
    firefox: firefoxMessage(facts),
    webkit: webkitMessage(facts),
  };
}
