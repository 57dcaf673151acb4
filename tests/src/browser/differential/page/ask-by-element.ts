import type { Ask } from '../scenario.ts';
import type { Question, Seen } from '../tested-browser.ts';

type Kept = Seen['verdict'];

interface Asking {
  readonly element: HTMLElement;
  /** What script may know of what arrived; `blocked` when it was of no use. */
  readonly kept: () => Kept;
}

/** Errors of scripts from elsewhere bear no URL, and all sheets style one root: one at a time. */
let turns: Promise<unknown> = Promise.resolve();

/** Elements: what was loaded is `readable` or `opaque`, what was not is `blocked`. */
export async function askByElement({ url, ask }: Question): Promise<Seen> {
  if (ask.initiator === 'img') return load(image(url, ask));
  const make = ask.initiator === 'stylesheet' ? stylesheet : script;
  const turn = turns.then(async () => load(make(url, ask)));
  turns = turn;
  return turn;
}

async function load({ element, kept }: Asking): Promise<Seen> {
  const none = { status: undefined, headers: [], body: false };
  const loaded = await new Promise<boolean>((resolve) => {
    element.addEventListener('load', () => resolve(true));
    element.addEventListener('error', () => resolve(false));
    document.head.append(element);
  });
  const verdict = loaded ? kept() : 'blocked';
  element.remove();
  return { verdict, ...none };
}

function image(url: string, { crossorigin }: Ask): Asking {
  const element = new Image();
  if (crossorigin !== undefined) element.crossOrigin = crossorigin;
  element.src = url;
  return {
    element,
    kept: () =>
      keptFrom(() => {
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d');
        context?.drawImage(element, 0, 0);
        context?.getImageData(0, 0, 1, 1);
      }),
  };
}

function stylesheet(url: string, { crossorigin }: Ask): Asking {
  const element = document.createElement('link');
  element.rel = 'stylesheet';
  if (crossorigin !== undefined) element.crossOrigin = crossorigin;
  element.href = url;
  return {
    element,
    kept: () => (isApplied() ? keptFrom(() => element.sheet?.cssRules) : 'blocked'),
  };
}

/** Each script throws, and what the page hears of it tells whether its errors are muted. */
function script(url: string, { initiator, crossorigin }: Ask): Asking {
  const element = document.createElement('script');
  if (initiator === 'module-script') element.type = 'module';
  if (crossorigin !== undefined) element.crossOrigin = crossorigin;
  element.src = url;
  let heard: string | undefined;
  const listen = (event: ErrorEvent): void => {
    heard = event.message;
    event.preventDefault();
  };
  window.addEventListener('error', listen);
  return {
    element,
    kept: () => {
      window.removeEventListener('error', listen);
      return heard?.startsWith('Script error') === true ? 'opaque' : 'readable';
    },
  };
}

function isApplied(): boolean {
  return getComputedStyle(document.documentElement).getPropertyValue('--read') !== '';
}

function keptFrom(look: () => unknown): Kept {
  try {
    look();
    return 'readable';
  } catch {
    return 'opaque';
  }
}
