import type { HeaderList, PageFacts } from '@causeway/cors/browser';
import { readFile, readdir } from 'node:fs/promises';
import { frames, type Frame } from './scenario.ts';
import type { WireAnswer } from './scripted-server.ts';

interface Document {
  readonly headers: HeaderList;
  readonly facts: Partial<PageFacts>;
}

/** What makes each document what it is, and what the model is told of it. */
const documents: Readonly<Record<Frame, Document>> = {
  plain: { headers: [], facts: {} },
  opaque: {
    headers: [['Content-Security-Policy', 'sandbox allow-scripts']],
    facts: { origin: 'null' },
  },
  'require-corp': {
    headers: [['Cross-Origin-Embedder-Policy', 'require-corp']],
    facts: { embedderPolicy: 'require-corp' },
  },
  credentialless: {
    headers: [['Cross-Origin-Embedder-Policy', 'credentialless']],
    facts: { embedderPolicy: 'credentialless' },
  },
  'no-referrer': {
    headers: [['Referrer-Policy', 'no-referrer']],
    facts: { referrerPolicy: 'no-referrer' },
  },
  'same-origin': {
    headers: [['Referrer-Policy', 'same-origin']],
    facts: { referrerPolicy: 'same-origin' },
  },
};

/** The page on `origin` or one of its frames, as the model knows it. */
export function pageOf(frame: Frame, origin: string): PageFacts {
  const url = `${origin}/frame/${frame}`;
  return { origin, url, topLevelSite: origin, ...documents[frame].facts };
}

/** Where the script lies that runs in all of them. */
const scripts = new URL('page/', import.meta.url);

/** Gives the documents that ask: `/` is the page, which holds a frame of each other kind. */
export async function readDocuments(): Promise<(target: string) => WireAnswer | undefined> {
  const answers = new Map<string, WireAnswer>();
  const add = (target: string, type: string, headers: HeaderList, text: string): void => {
    const body = Buffer.from(text);
    const typed: HeaderList = [
      ['Content-Type', type],
      ['Content-Length', String(body.length)],
    ];
    answers.set(target, { status: 200, headers: [...typed, ...headers], body });
  };
  const script = '<!doctype html><script type="module" src="/page/main.js"></script>';
  for (const frame of frames) add(`/frame/${frame}`, 'text/html', documents[frame].headers, script);
  const others = frames.filter((frame) => frame !== 'plain');
  const inside = others.map((frame) => `<iframe name="${frame}" src="/frame/${frame}"></iframe>`);
  add('/', 'text/html', [], script + inside.join(''));
  for (const name of await readdir(scripts)) {
    if (!name.endsWith('.js')) continue;
    // Also for the frame whose origin is opaque, and in those that embed only what says so.
    const open: HeaderList = [
      ['Access-Control-Allow-Origin', '*'],
      ['Cross-Origin-Resource-Policy', 'cross-origin'],
    ];
    add(`/page/${name}`, 'text/javascript', open, await readFile(new URL(name, scripts), 'utf8'));
  }
  return (target) => answers.get(target);
}
