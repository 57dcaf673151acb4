import type { Question, Seen } from '../tested-browser.ts';
import { askByScript } from './ask-by-script.ts';

/** Asks as the question says, and tells what script can see of it. */
export async function askOf(question: Question): Promise<Seen> {
  return askByScript(question);
}
