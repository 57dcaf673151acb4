import type { Question, Seen } from '../tested-browser.ts';
import { askOf } from './ask-of.ts';

// Runs in the page on `A` and in each of its frames. The page passes on what a frame is to ask.

declare global {
  /** What the driver of a browser calls. */
  var askFrom: (question: Question) => Promise<string>;
}

// As text, because drivers treat what is undefined each in its own way.
globalThis.askFrom = async (question) => JSON.stringify(await passOn(question));

async function passOn(question: Question): Promise<Seen> {
  const frame = document.querySelector<HTMLIFrameElement>(`iframe[name="${question.frame}"]`);
  if (frame === null) return askOf(question);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', ({ data }: MessageEvent<Seen>) => resolve(data));
    port1.start();
    frame.contentWindow?.postMessage(question, '*', [port2]);
  });
}

window.addEventListener('message', ({ data, ports }: MessageEvent<Question>) => {
  void askOf(data).then((seen) => ports[0]?.postMessage(seen));
});
