import type { Question, Seen } from '../tested-browser.ts';
import { bodyOf } from './body-of.ts';

const none = { status: undefined, headers: [], body: false };

/** EventSource, of which only open and failed are seen, and `sendBeacon`, of which nothing is. */
export async function askInSilence({ url, ask }: Question): Promise<Seen> {
  if (ask.initiator === 'beacon') {
    navigator.sendBeacon(url, bodyOf(ask));
    return { verdict: 'opaque', ...none };
  }
  return new Promise((resolve) => {
    const source = new EventSource(url, { withCredentials: ask.credentials === 'include' });
    const end = (verdict: Seen['verdict']): void => {
      source.close();
      resolve({ verdict, ...none });
    };
    source.addEventListener('open', () => end('readable'));
    source.addEventListener('error', () => end('blocked'));
  });
}
