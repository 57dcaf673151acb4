import type { Ask } from '../scenario.ts';
import type { Question, Seen } from '../tested-browser.ts';

type Kept = 'readable' | 'opaque';

interface Asking {
  readonly element: HTMLElement;
  /** Whether the content that arrived is kept from script. */
  kept(): Kept;
}

/** Errors of scripts from elsewhere bear no URL, so that only one script at a time can be told. */
let scripts: Promise<unknown> = Promise.resolve();

/** Elements: what was loaded is `readable` or `opaque`, what was not is `blocked`. */
export async function askByElement({ url, ask }: Question): Promise<Seen> {
  const isScript = ask.initiator === 'script' || ask.initiator === 'module-script';
  if (!isScript) return load(makers[ask.initiator]?.(url, ask));
  const turn = scripts.then(async () => load(script(url, ask)));
  scripts = turn;
  return turn;
}

const makers: Readonly<Partial<Record<Ask['initiator'], (url: string, ask: Ask) => Asking>>> = {
  img: image,
  stylesheet,
};

async function load(asking: Asking | undefined): Promise<Seen> {
  const none = { status: undefined, headers: [], body: false };
  if (asking === undefined) return { verdict: 'blocked', ...none };
  const { element, kept } = asking;
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
  return { element, kept: () => keptFrom(() => element.sheet?.cssRules) };
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
    kept() {
      window.removeEventListener('error', listen);
      return heard?.startsWith('Script error') === true ? 'opaque' : 'readable';
    },
  };
}

function keptFrom(look: () => unknown): Kept {
  try {
    look();
    return 'readable';
  } catch {
    return 'opaque';
  }
}
