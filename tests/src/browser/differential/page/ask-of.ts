import type { Ask } from '../scenario.ts';
import type { Question, Seen } from '../tested-browser.ts';
import { askByElement } from './ask-by-element.ts';
import { askByScript } from './ask-by-script.ts';
import { askInSilence } from './ask-in-silence.ts';
import { timingOf } from './timing-of.ts';

const askers: Readonly<Record<Ask['initiator'], (question: Question) => Promise<Seen>>> = {
  fetch: askByScript,
  xhr: askByScript,
  img: askByElement,
  script: askByElement,
  'module-script': askByElement,
  stylesheet: askByElement,
  'event-source': askInSilence,
  beacon: askInSilence,
};

/** Asks as the question says, and tells what script can see of it. */
export async function askOf(question: Question): Promise<Seen> {
  const { url, ask } = question;
  const timing = timingOf(url);
  const seen = await askers[ask.initiator](question);
  const timed = isTimed(ask, seen);
  return timed ? { ...seen, timing: await timing() } : seen;
}

/** Whether an entry is sure to come: what fetch may not look into has none in Chromium. */
function isTimed({ initiator }: Ask, { verdict }: Seen): boolean {
  if (initiator === 'event-source' || initiator === 'beacon' || verdict === 'blocked') return false;
  return initiator !== 'fetch' || verdict === 'readable';
}
